/** One item of ClientStatus; ConfigurationName comes with partial configurations, and from some Windows 10 builds. */
export interface ClientStatus {
  readonly Checksum?: string | null;
  readonly ConfigurationName?: string | null;
  readonly ChecksumAlgorithm?: string | null;
}

/** Body of GetDscAction (MS-DSCPM 3.7.5.1). */
export interface DscActionBody {
  readonly ClientStatus?: readonly ClientStatus[] | null;
}

/** The words that LCMs know; the native server's `UpdateMetaConfig` makes them fail. */
export type DscAction = "Ok" | "GetConfiguration" | "Retry" | "UpdateMetaConfiguration";

const leaf = { type: ["string", "null"], maxLength: 255 };

export const dscActionSchema = {
  type: "object",
  properties: {
    ClientStatus: {
      type: ["array", "null"],
      maxItems: 500,
      items: { type: "object", properties: { Checksum: leaf, ConfigurationName: leaf, ChecksumAlgorithm: leaf } },
    },
  },
};

/** A text, as agents write texts: missing, null, or now and then a number or a boolean. */
export type Leaf = string | number | boolean | null;

/**
 * Body of SendReport (MS-DSCPM 3.8.5.1), as WMF 5.0, WMF 5.1 and DSC for Linux send it: one run comes in several of
 * them, and each leaves out what it does not know. Only JobId is in all.
 */
export interface ReportBody {
  readonly JobId: string;
  /** `Initial`, `Consistency`, `LocalConfigurationManager`; DSC for Linux leaves it out at the end of a run. */
  readonly OperationType?: Leaf;
  readonly RefreshMode?: Leaf;
  /** `Success` or `Failure`; absent while the run goes on, and always from DSC for Linux. */
  readonly Status?: Leaf;
  readonly NodeName?: Leaf;
  /** `;`-separated. Spelled `IPAddress` in a registration. */
  readonly IpAddress?: Leaf;
  readonly LCMVersion?: Leaf;
  readonly ReportFormatVersion?: Leaf;
  /** Version of the MOF document. */
  readonly ConfigurationVersion?: Leaf;
  readonly StartTime?: string | null;
  readonly EndTime?: string | null;
  /** `"True"` or `"False"`: a text. */
  readonly RebootRequested?: Leaf;
  /** JSON texts; the specification also speaks of a text instead of a list. */
  readonly Errors?: readonly unknown[] | string | null;
  /** None or one JSON text. */
  readonly StatusData?: readonly unknown[] | string | null;
  /** WMF 5.1: `{Key, Value}` of OSVersion and PSVersion, each Value a JSON text. */
  readonly AdditionalData?: readonly unknown[] | null;
}

const leaf = { type: ["string", "number", "boolean", "null"] };
const time = { type: ["string", "null"] };
const texts = { type: ["array", "string", "null"] };

/** Lenient: what is written too long is shortened where it is used, what is unknown passes. */
export const reportSchema = {
  type: "object",
  required: ["JobId"],
  properties: {
    JobId: { type: "string" },
    OperationType: leaf,
    RefreshMode: leaf,
    Status: leaf,
    NodeName: leaf,
    IpAddress: leaf,
    LCMVersion: leaf,
    ReportFormatVersion: leaf,
    ConfigurationVersion: leaf,
    StartTime: time,
    EndTime: time,
    RebootRequested: leaf,
    Errors: texts,
    StatusData: texts,
    AdditionalData: { type: ["array", "null"] },
  },
};

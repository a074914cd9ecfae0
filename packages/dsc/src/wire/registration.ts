/** Body of RegisterDscAgent (MS-DSCPM 3.6.5.1), as Windows and Linux LCMs send it: every leaf may be missing or null. */
export interface RegistrationBody {
  readonly AgentInformation: {
    readonly LCMVersion?: string | null;
    readonly NodeName?: string | null;
    readonly IPAddress?: string | null;
  };
  readonly ConfigurationNames?: readonly string[] | null;
  readonly RegistrationInformation: {
    readonly CertificateInformation?: CertificateInformation | null;
    readonly RegistrationMessageType?: string | null;
  };
}

export interface CertificateInformation {
  readonly FriendlyName?: string | null;
  readonly Issuer?: string | null;
  readonly NotAfter?: string | null;
  readonly NotBefore?: string | null;
  readonly Subject?: string | null;
  readonly PublicKey?: string | null;
  readonly Thumbprint?: string | null;
  readonly Version?: number | string | null;
}

const leaf = { type: ["string", "null"], maxLength: 16_384 };
/** A host's name, or a configuration's: none longer can be published. */
const name = { type: ["string", "null"], maxLength: 255 };

/** What an agent says of its certificate; Version may be a number or a text. */
export const certificateSchema = {
  type: ["object", "null"],
  properties: {
    FriendlyName: leaf,
    Issuer: leaf,
    NotAfter: leaf,
    NotBefore: leaf,
    Subject: leaf,
    PublicKey: leaf,
    Thumbprint: leaf,
    Version: { type: ["integer", "string", "null"] },
  },
};

/** Lenient where agents differ: unknown properties pass. */
export const registrationSchema = {
  type: "object",
  required: ["AgentInformation", "RegistrationInformation"],
  properties: {
    AgentInformation: { type: "object", properties: { LCMVersion: leaf, NodeName: name, IPAddress: leaf } },
    ConfigurationNames: { type: ["array", "null"], maxItems: 500, items: { type: "string", maxLength: 255 } },
    RegistrationInformation: {
      type: "object",
      properties: {
        RegistrationMessageType: leaf,
        CertificateInformation: certificateSchema,
      },
    },
  },
};

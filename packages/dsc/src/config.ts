/** What an operator may set for DSC. */
export interface DscConfig {
  readonly prefixes: readonly string[];
  readonly multipleNames: "UpdateMetaConfiguration" | "Ok";
  readonly registrationSkewSeconds: number;
  readonly certificates: "off" | "pin" | "require";
}

/** The `dsc` part of the configuration's schema. */
export const dscConfigSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    prefixes: {
      type: "array",
      description: "Paths that LCMs have in their ServerURL. `*` stands for one segment, `/` for no prefix.",
      items: { type: "string", pattern: "^/[A-Za-z0-9._*/-]*$", maxLength: 199 },
      minItems: 1,
      default: ["/PSDSCPullServer.svc", "/accounts/*", "/"],
    },
    multipleNames: {
      description:
        "The answer to one nameless status of a node that registered several names (only partial configurations may).",
      enum: ["UpdateMetaConfiguration", "Ok"],
      default: "UpdateMetaConfiguration",
    },
    registrationSkewSeconds: {
      type: "integer",
      description: "How far x-ms-date of a registration may be from our clock, in seconds; 0: not checked.",
      minimum: 0,
      default: 0,
    },
    certificates: {
      description:
        "What an agent's client certificate must be after its registration. off: not looked at; pin: the registered one, where it presents one; require: the registered one, always (then no plain HTTP).",
      enum: ["off", "pin", "require"],
      default: "off",
    },
  },
} as const;

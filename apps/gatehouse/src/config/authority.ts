import type { AutosignRule } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { checkAutosignPolicy, createOidNames, type OidNames, puppetOids } from "@gatehouse/pki/config";

/** The `ca` part of the configuration. */
export interface AuthorityConfig {
  readonly name: string;
  readonly selfSigned: boolean;
  readonly keyBits: number;
  readonly caDays: number;
  readonly certificateDays: number;
  readonly crlDays: number;
  readonly leafKey: "rsa-2048" | "rsa-4096" | "ec-p256";
  readonly autoRenewal: boolean;
  readonly autoRenewalDays: number;
  readonly allowDuplicates: boolean;
  readonly allowSubjectAltNames: boolean;
  readonly allowAuthorizationExtensions: boolean;
  readonly confirmSeconds: number;
  readonly pendingRequests: number;
  readonly autosign: readonly AutosignRule[];
  readonly oids: Readonly<Record<string, string>>;
}

const days = (description: string, value: number) => ({
  type: "integer",
  description,
  minimum: 1,
  maximum: 36_500,
  default: value,
});
const flag = (description: string) => ({ type: "boolean", description, default: false });

export const authoritySchema = {
  type: "object",
  additionalProperties: false,
  default: {},
  properties: {
    name: {
      type: "string",
      description:
        "Common name of the authority that the first start makes; empty: `Puppet CA: ` and the server's name.",
      maxLength: 64,
      default: "",
    },
    selfSigned: flag("Make one self-signed CA instead of a root and an intermediate."),
    keyBits: { type: "integer", enum: [2048, 3072, 4096], description: "Bits of the CA's RSA keys.", default: 4096 },
    caDays: days("How long the authority that the first start makes lasts.", 5475),
    certificateDays: days("How long a certificate lasts.", 1825),
    crlDays: days(
      "How long a revocation list holds; it is renewed at half of its life. Agents below 8 never fetch one again.",
      1825,
    ),
    leafKey: {
      enum: ["rsa-2048", "rsa-4096", "ec-p256"],
      description: "Keys that are made here: the gateway's own, and those of `ca generate`.",
      default: "rsa-2048",
    },
    autoRenewal: flag("Renew the certificates of agents that ask for it (from 8 on)."),
    autoRenewalDays: days("How long a certificate lasts whose agent renews it.", 90),
    allowDuplicates: flag("Take a request for a name that has a certificate."),
    allowSubjectAltNames: flag("Sign requests that ask for other names beside their own."),
    allowAuthorizationExtensions: flag(
      "Sign requests that ask for authorization extensions (pp_cli_auth, pp_auth_role).",
    ),
    confirmSeconds: {
      type: "integer",
      description: "A gateway that could not ask for revocations this long is not ready, and issues nothing.",
      minimum: 5,
      default: 30,
    },
    pendingRequests: {
      type: "integer",
      description: "Requests that may wait to be signed.",
      minimum: 1,
      default: 5000,
    },
    autosign: {
      type: "array",
      description: "Which requests are signed without a person: rules in order, before those of `gatehouse ca policy`.",
      items: { type: "object" },
      maxItems: 1000,
      default: [],
    },
    oids: {
      type: "object",
      description: "Short names of your own extensions by their OID, as in custom_trusted_oid_mapping.yaml.",
      additionalProperties: { type: "string", minLength: 1, maxLength: 100 },
      default: {},
    },
  },
} as const;

/** Names of extensions: Puppet's, and the operator's own. @throws config-invalid */
export const oidNamesOf = ({ oids }: Pick<AuthorityConfig, "oids">): OidNames =>
  Object.keys(oids).length === 0 ? puppetOids : createOidNames(oids);

/** What the schema cannot say. @throws config-invalid */
export function checkAuthority(config: AuthorityConfig): void {
  checkAutosignPolicy({ rules: config.autosign }, oidNamesOf(config));
  if (config.certificateDays > config.caDays) {
    throw new GatehouseError("config-invalid", "ca.certificateDays is longer than ca.caDays.");
  }
}

import { autosignProfiles, autosignRuleSchemas, type AutosignRule as Rule } from "@gatehouse/core/certificates";
import {
  boolean,
  described,
  integer,
  listOf,
  mapOf,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  text,
} from "../operation/schema.js";

const kinds = Object.keys(autosignRuleSchemas) as Rule["kind"][];

const pattern = { minLength: 1, maxLength: 255 };
export const AutosignProfile = named("AutosignProfile", oneOf(autosignProfiles));

/** Which of them a kind has, and needs, is checked against that kind's own schema. */
const ruleFields = {
  profile: AutosignProfile,
  certname: text({ ...pattern, description: "Of kind `name`." }),
  pattern: text({ ...pattern, description: "Of kind `glob`, such as `*.example.org`." }),
  extension: text({ ...pattern, description: "Of kind `extension`: short name or OID." }),
  value: text({ maxLength: 1000, description: "Of kind `extension`; `*` stands for any text." }),
  uses: nullable(integer({ minimum: 1, description: "Of kind `token`: for so many hosts; null for any number." })),
  expiresAt: text({ format: "date-time", maxLength: 40, description: "Of kind `token`." }),
  readmit: boolean({ description: "Of kind `token`: a host that was made anew may have its name again." }),
  path: text({ maxLength: 4096, description: "Of kind `executable`." }),
  timeoutSeconds: number({ description: "Of kind `executable`." }),
  names: listOf(text(pattern), {
    description: "Of kinds `token`, `extension` and `executable`: only for these names, such as `*.example.org`.",
    minItems: 1,
    maxItems: 1000,
  }),
};
const Kind = named("AutosignRuleKind", oneOf(kinds));

const viewFields = {
  name: text(),
  kind: Kind,
  origin: described("Rules of the configuration cannot be changed here.", oneOf(["configuration", "stored"])),
  used: nullable(integer({ description: "How often the token was used." })),
  createdAt: nullable(moment()),
  createdBy: nullable(text()),
};
const AutosignRule = named("AutosignRule", object(viewFields, ruleFields));
export const AutosignRuleList = named(
  "AutosignRuleList",
  object({ rules: listOf(AutosignRule, { description: "In the order in which they are asked." }) }),
);

export const NewAutosignRule = named(
  "NewAutosignRule",
  object(
    { kind: Kind },
    {
      ...ruleFields,
      sha256: text({
        pattern: "^[0-9a-f]{64}$",
        description: "Of kind `token`: SHA-256 of the secret, hex. A new secret is made when left out.",
      }),
    },
  ),
);
export const MadeAutosignRule = named(
  "MadeAutosignRule",
  object(
    { ...viewFields, secret: nullable(text({ description: "The token that was made, which no other answer has." })) },
    ruleFields,
  ),
);

export const RequestToTest = named(
  "RequestToTest",
  object({ csr: text({ maxLength: 65_536, description: "PEM." }) }, { profile: AutosignProfile }),
);
export const RequestFindings = named(
  "RequestFindings",
  object({
    name: text(),
    key: text({ description: "Such as `RSA 2048`." }),
    fingerprint: text({ description: "SHA-256 over the DER, upper-case hex with colons." }),
    altNames: listOf(text()),
    extensions: mapOf(text()),
    refusal: nullable(text({ description: "Why it cannot be signed at all." })),
    signed: boolean({ description: "A rule would sign it." }),
    rule: nullable(text()),
    why: text(),
  }),
);

import { isSecretName } from "@gatehouse/core/redaction";

/** What stands in the place of a secret. */
export const MASK = "***";

/**
 * Names of secrets in messages, beside those of command lines: keys that agents register with, products are licensed by, or
 * messages are signed with; Puppet's wrapper of what is sensitive.
 */
export const SECRET_WORDS =
  "pass|pwd|pw(?![a-z])|secret|token|credential|community|psk|pre[_-]?shared|hmac|authorization|cookie|assertion|__pvalue|(?:api|private|auth|crypto|priv|access|account|shared|signing|encryption|master|symmetric|subscription|registration|communication|enrolment|enrollment|license|licence|product|prod)[ _-]?key";
const WORDS = new RegExp(SECRET_WORDS, "i");

/** Whether what a message has under this name is not for eyes. What only looks so goes as well. */
export const isSecret = (name: string): boolean => isSecretName(name) || WORDS.test(name);

/**
 * Where a name and its value stand side by side, as an inventory's environment has them: `{"key": "DB_PASSWORD", "val": "x"}`.
 * An event of Puppet's has several values and a sentence with them; the source of a line of its log ends with the property.
 */
export const isNameName = (name: string): boolean => /^(?:name|key|property)$/i.test(name);
export const isSecretSource = (source: string): boolean => isSecret(/\/([a-z0-9_]{1,100})$/.exec(source)?.[1] ?? "");
export const isValueName = (name: string): boolean =>
  /^(?:val|value|(?:previous|desired|historical|corrective)_value|message|string)$/i.test(name);

/** What inventories have products' licences in: there, `key` is one. */
export const isLicences = (name: string): boolean => /^licenseinfos$/i.test(name);
export const isKey = (name: string): boolean => /^key$/i.test(name);

import { isSecretName } from "@gatehouse/core/redaction";

/** What stands in the place of a secret. */
export const MASK = "***";

/**
 * Names of secrets in messages, beside those of command lines: keys that agents register with, products are licensed by, or
 * messages are signed with; Puppet's wrapper of what is sensitive.
 */
export const SECRET_WORDS =
  "pass|pwd|secret|token|credential|community|psk|hmac|authorization|cookie|__pvalue|(?:api|private|auth|crypto|priv|access|account|shared|signing|registration|communication|enrolment|enrollment|license|licence|product|prod)[ _-]?key";
const WORDS = new RegExp(SECRET_WORDS, "i");

/** Whether what a message has under this name is not for eyes. What only looks so goes as well. */
export const isSecret = (name: string): boolean => isSecretName(name) || WORDS.test(name);

/** Where a name and its value stand side by side, as an inventory's environment has them: `{"key": "DB_PASSWORD", "val": "x"}`. */
export const isNameName = (name: string): boolean => /^(?:name|key)$/i.test(name);
export const isValueName = (name: string): boolean => /^(?:val|value)$/i.test(name);

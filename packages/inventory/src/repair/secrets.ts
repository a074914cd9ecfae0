/**
 * Secrets in command lines. An agent says its own, with its password, in every inventory (`versionprovider.perl_args`;
 * recorded in glpi-basic-auth and fi-basic-auth).
 */

const MASK = "***";
const NAMES = "pass|pwd|secret|token|credential|api-?key|private-?key|community";
/** Bounded: what is hostile must not make a search that goes back over all of it. */
const LONG_OPTION = new RegExp(
  String.raw`((?<![\w-])-{1,2}[\w-]{0,40}?(?:${NAMES})[\w-]{0,40}(?:=|\s{1,4}(?!-)))("[^"]*"|'[^']*'|\S+)`,
  "gi",
);
/** `user:password@` of an address, whatever is in it. */
const USER_INFO = /(:\/\/)[^\s/@"']{1,300}(?:[^\s"'@]{0,300}@){1,3}/g;
const PROXY_INFO = /((?<![\w-])--?[\w-]{0,40}=)[^\s/@=]{1,300}:[^\s@]{1,300}@/g;
const ASSIGNED = new RegExp(
  String.raw`(\b[\w-]{0,40}?(?:${NAMES})\w{0,40}["']?\s{0,2}[=:]\s{0,2})("[^"]*"|'[^']*'|[^\s&;,]+)`,
  "gi",
);

/** A text without passwords and the like: each as `***`. */
export function withoutSecrets(text: string): string {
  if (!/[-=:]/.test(text)) return text;
  return text
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(PROXY_INFO, `$1${MASK}@`)
    .replace(LONG_OPTION, `$1${MASK}`)
    .replace(ASSIGNED, `$1${MASK}`);
}

/**
 * The same for what is known to be an agent's command line: its arguments are joined without quotes, so that a password
 * reaches to the next option, and `-p` is one.
 */
export function withoutAgentSecrets(text: string): string {
  const long = new RegExp(
    String.raw`((?<![\w-])--?[\w-]{0,40}?(?:${NAMES})[\w-]{0,40}(?:=|\s(?!-)))[\s\S]*?(?=\s-{1,2}[a-z]|$)`,
    "gi",
  );
  return withoutSecrets(
    text.replace(long, `$1${MASK}`).replace(/((?<!\S)-p)(?:=|\s)?[\s\S]*?(?=\s-{1,2}[a-z]|$)/g, `$1 ${MASK}`),
  );
}

/** Whether a field of this name holds a secret as such. */
export const isSecretName = (name: string): boolean => new RegExp(NAMES, "i").test(name);

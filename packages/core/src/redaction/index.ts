/**
 * Secrets in command lines. An agent says its own, with its password, in every inventory (`versionprovider.perl_args`;
 * recorded in glpi-basic-auth and fi-basic-auth). Every search here is bounded: command lines are anybody's.
 */

const MASK = "***";
const NAMES = "pass|pwd|secret|token|credential|api[_-]?key|private[_-]?key|community";
const VALUE = `"[^"]*"|'[^']*'`;

const OPTION = new RegExp(
  String.raw`((?<![\w-])-{1,2}[\w-]{0,40}?(?:${NAMES})[\w-]{0,40}(?:=|\s{1,4}(?!-)))(?:${VALUE}|\S+)`,
  "gi",
);
const ASSIGNED = new RegExp(
  String.raw`(\b[\w-]{0,40}?(?:${NAMES})\w{0,40}["']?\s{0,2}[=:]\s{0,2})(?:${VALUE}|[^\s&;,]+)`,
  "gi",
);
const NAME = new RegExp(NAMES, "i");
/** Programs whose short option for it is known. */
const PROGRAM = /\b(sshpass|(?:mysql|mariadb)[\w-]{0,20}|curl)(?=\s)/;
const SHORT_OPTION =
  /\b((?:sshpass\s|(?:mysql|mariadb)[\w-]{0,20}\s(?:\S{1,60}\s){0,8}?)-p\s?|curl\s(?:\S{1,60}\s){0,8}?-u\s?)(?!-)\S+/g;

/** A text without passwords and the like: each as `***`. What only looks like one goes too. */
export function withoutSecrets(text: string): string {
  const named = text.includes("@") ? text.split(/(\s+)/).map(withoutUser).join("") : text;
  const plain = PROGRAM.test(named) ? named.replace(SHORT_OPTION, `$1${MASK}`) : named;
  return NAME.test(plain) ? plain.replace(OPTION, `$1${MASK}`).replace(ASSIGNED, `$1${MASK}`) : plain;
}

/** `user:password@` of an address or a proxy; up to the last @, for there are passwords with one. */
function withoutUser(word: string): string {
  const end = word.lastIndexOf("@");
  if (end < 0) return word;
  const scheme = word.indexOf("://");
  if (scheme >= 0 && scheme < end) return `${word.slice(0, scheme + 3)}${MASK}${word.slice(end)}`;
  const option = word.startsWith("-") ? word.indexOf("=") : -1;
  const isUser = option >= 0 && option < end && word.slice(option, end).includes(":");
  return isUser ? `${word.slice(0, option + 1)}${MASK}${word.slice(end)}` : word;
}

/** Where an agent's next option begins, or its arguments end. */
const NEXT = String.raw`(?=\s-{1,2}[a-z]|$)`;
const AGENT_OPTION = new RegExp(
  String.raw`((?<![\w-])-{1,2}[\w-]{0,40}?(?:${NAMES})[\w-]{0,40}(?:=|\s(?!-)))[\s\S]*?${NEXT}`,
  "gi",
);
const AGENT_P = new RegExp(String.raw`((?<!\S)-p)(?:=|\s)?[\s\S]*?${NEXT}`, "g");

/**
 * The same for what is known to be an agent's command line: its arguments are joined without quotes, so that a password
 * reaches to the next option, and `-p` is one.
 */
export const withoutAgentSecrets = (text: string): string =>
  withoutSecrets(text.replace(AGENT_OPTION, `$1${MASK}`).replace(AGENT_P, `$1 ${MASK}`));

/** Whether a field of this name holds a secret as such. */
export const isSecretName = (name: string): boolean => NAME.test(name);

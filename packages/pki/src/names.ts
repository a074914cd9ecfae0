/** The longest name that DNS, and so a certname, can have. */
export const LONGEST_NAME = 253;

const FORMAT = "Subject hostname format is invalid";

/**
 * Why a name cannot be a certname, in puppetserver's words; undefined if it can (wire/puppet.md section 4, "CSR
 * policy": `validate-subject!`). Length first, then single passes: a name of any length costs next to nothing
 * (CVE-2023-1894 was a regular expression over such names).
 *
 * Beyond puppetserver: a dot at the end, which it passes over, makes two names of one host; and `ca` is not a node's,
 * because GET certificate/ca answers the authority's own certificate.
 */
export function certnameRefusal(name: string): string | undefined {
  if (name.length === 0 || name.length > LONGEST_NAME) return FORMAT;
  if (/[A-Z]/.test(name)) return "Certificate names must be lower case.";
  if (name.includes("*")) return `Subject contains a wildcard, which is not allowed: ${shown(name)}`;
  if (name === "ca") return 'The name "ca" stands for the authority itself.';
  const labels = name.split(".");
  return /^[a-z0-9_]/.test(name) && labels.every((label) => /^[a-z0-9_-]*[a-z0-9_]$/.test(label)) ? undefined : FORMAT;
}

/**
 * Why a name cannot be an inventory agent's machineid, such as `Web01-2026-11-20-19-38-35`: the agent makes it from the
 * host's name as it is, capitals too.
 */
export function machineIdRefusal(name: string): string | undefined {
  const good = name.length <= LONGEST_NAME && /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name);
  return good ? undefined : "The name is not a machineid: letters, digits, dots, hyphens and underscores.";
}

/** A name from outside, fit for one line of a message: agents print what we answer, and a terminal obeys it. */
export function shown(text: string): string {
  const short = text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
  return short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "?");
}

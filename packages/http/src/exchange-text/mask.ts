import { maskedText } from "./mask-text.js";
import { maskedValue } from "./mask-value.js";
import { readJson } from "./read-json.js";
import { isSecret, MASK } from "./secret-names.js";

/** Beside those whose names say it: `X-Auth`, `Authentication-Info`, `Signature`. A challenge is none. */
const SECRET_HEADER = /auth(?!enticate|ority)|signature/;
const SCHEME = /^(Basic|Bearer|Digest|Negotiate|NTLM|Shared) [\s\S]*$/i;
/** Characters of a parameter that are looked into. */
const MOST_PARAMETER = 64 << 10;

/** Headers with the values of those that prove somebody left out. */
export const maskedHeaders = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, maskedHeader(name.toLowerCase(), String(value))]],
    ),
  );

/** The scheme stays: `Basic ***`. */
function maskedHeader(name: string, value: string): string {
  if (SECRET_HEADER.test(name) || isSecret(name))
    return SCHEME.test(value) ? value.replace(SCHEME, `$1 ${MASK}`) : MASK;
  return /^(?:referer|location|content-location)$/.test(name) ? maskedUrl(maskedText(value)) : maskedText(value);
}

/** A URL with the values of secret parameters left out, also of those within JSON: older Puppet agents ask so. */
export function maskedUrl(url: string): string {
  const mark = url.indexOf("?");
  const [address, query] = mark < 0 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
  const shown = maskedText(address.replace(/^((?:[a-z]{1,10}:)?\/\/)[^/]*@/i, `$1${MASK}@`));
  if (query === undefined) return shown;
  const parts = query.split(/([&;])/);
  return `${shown}?${parts.map((part) => (part.length > 1 ? maskedPair(part) : part)).join("")}`;
}

function maskedPair(pair: string): string {
  const end = pair.indexOf("=");
  if (end < 0) return pair;
  const name = pair.slice(0, end);
  if (isSecret(decoded(name)) || /^sig$|signature$/i.test(name)) return `${name}=${MASK}`;
  const value = decoded(decoded(pair.slice(end + 1, end + 1 + MOST_PARAMETER)));
  if (/^\s{0,100}[{[]/.test(value)) {
    const said = pair.length > MOST_PARAMETER ? undefined : readJson(value);
    return `${name}=${said === undefined ? MASK : encodeURIComponent(JSON.stringify(maskedValue(said, { left: MOST_PARAMETER })))}`;
  }
  return maskedText(value) === value ? pair : `${name}=${encodeURIComponent(maskedText(value))}`;
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

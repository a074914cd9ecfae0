import { isSecretName, withoutSecrets } from "@gatehouse/core/redaction";

/** What stands in the place of a secret. */
export const MASK = "***";

const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
]);

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
  if (SECRET_HEADERS.has(name)) return value.replace(/^(\S{1,30} )?[\s\S]*$/, `$1${MASK}`);
  return isSecretName(name) ? MASK : value;
}

/** A URL with the values of secret parameters left out. */
export function maskedUrl(url: string): string {
  const mark = url.indexOf("?");
  if (mark < 0) return url;
  const pairs = url.slice(mark + 1).split("&");
  return `${url.slice(0, mark)}?${pairs.map((pair) => maskedPair(pair)).join("&")}`;
}

function maskedPair(pair: string): string {
  const end = pair.indexOf("=");
  const name = end < 0 ? pair : pair.slice(0, end);
  return end >= 0 && isSecretName(decoded(name)) ? `${name}=${MASK}` : pair;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text without passwords, and without private keys. */
export const maskedText = (text: string): string =>
  withoutSecrets(
    text.replaceAll(
      /-----BEGIN ([A-Z ]{0,30})PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END \1PRIVATE KEY-----|$)/g,
      `-----BEGIN $1PRIVATE KEY----- ${MASK}`,
    ),
  );

/**
 * A value without what its names say is secret, and what is sensitive in rich data (Puppet's `Sensitive`). A list or an object
 * under a secret's name loses its leaves.
 */
export function maskedValue(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, isSecret));
  if (typeof value === "string") return isSecret ? MASK : maskedText(value);
  if (typeof value !== "object" || value === null) return isSecret && typeof value === "number" ? MASK : value;
  const isSensitive = (value as Record<string, unknown>)["__ptype"] === "Sensitive";
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    maskedValue(item, isSecret || isSecretName(key) || (isSensitive && key === "__pvalue")),
  ]);
  return Object.fromEntries(entries);
}

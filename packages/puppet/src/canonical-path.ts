import { PlainError } from "./errors.js";

/** First segments of the paths that are ours: of API v3 and v4, and of the others. */
export const V3_MOUNTS = ["puppet"] as const;
export const SERVICE_MOUNTS = ["puppet-ca", "puppet-admin-api", "status"] as const;
export const MOUNTS = [...V3_MOUNTS, ...SERVICE_MOUNTS] as const;

/** What agents below 5 ask for before they know of any API; it answers like the path with a prefix (decisions row 12). */
const UNPREFIXED_CA = "/certificate/ca";
const PREFIXED_CA = "/puppet-ca/v1/certificate/ca";

/** Below these a doubled or a last slash means nothing to Puppet: manifests say `puppet:///modules/lab//one.txt`. */
const SINGLE_SLASHES = /^\/puppet\/v3\/(?:file_metadata|file_metadatas|file_content|static_file_content)\//;

/** Characters: file_bucket_file takes a path of up to 4,096 bytes in its own. */
const LONGEST = 4608;

/**
 * The one form of a path that rules and handlers see: decoded once, doubled slashes kept (agents send
 * `file_bucket_file/sha256/SUM//etc/motd`, wire/puppet.md section 1), nothing resolved, nothing put in order but the
 * slashes of the file service. A handler must not put it in order either: one that took `a//b` for `a/b` would serve what a rule denies. Whatever another
 * reader of the path could take for something else is refused: that is how auth.conf was passed by in CVE-2016-2785.
 * @param rawPath as it came, without the query
 * @param mounts first segments: a path below none of them is somebody else's
 * @returns undefined when the path is not below one of the mounts
 * @throws request-malformed
 */
export function canonicalPath(rawPath: string, mounts: readonly string[] = MOUNTS): string | undefined {
  const first = decoded(rawPath.split("/", 2)[1] ?? "");
  if (!rawPath.startsWith("/") || first === undefined) return undefined;
  if (first === "certificate")
    return mounts.includes("puppet-ca") && decoded(rawPath) === UNPREFIXED_CA ? PREFIXED_CA : undefined;
  if (!mounts.includes(first)) return undefined;
  // Agents percent-encode all that is not plain ASCII; a raw `;` begins a parameter for proxies and for Jetty, not here.
  if (/[^!-~]|;/.test(rawPath)) throw malformed("The path holds a character that must be percent-encoded.");
  const path = decoded(rawPath);
  if (path === undefined) throw malformed("The path holds broken percent-encoding.");
  if (path.length > LONGEST) throw malformed("The path is longer than any that an agent sends.");
  if (/[\p{Cc}\u2028\u2029\\]/u.test(path)) throw malformed("The path holds a character that no path of ours has.");
  if (/%[0-9A-Fa-f]{2}/.test(path)) throw malformed("The path is percent-encoded twice.");
  // The text is puppetserver's, which refuses these before it looks at its rules.
  if (/\/\.{1,2}(?:\/|$)/.test(path)) throw malformed(`Invalid relative path (.. or .) in: ${path}`);
  return SINGLE_SLASHES.test(path) ? path.replaceAll(/\/{2,}/g, "/").replace(/\/$/, "") : path;
}

function decoded(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const malformed = (message: string) => new PlainError("request-malformed", message);

import type { FileEntry } from "@gatehouse/core/environments";
import type { ChecksumType, DigestOf } from "./checksums.js";
import type { Found, Tree } from "./tree.js";

/** One thing as agents are told of it; the keys are in the wire's order (wire/puppet.md section 3.5). */
export interface FileMetadata {
  /** Where it would be on a server's disk: agents want it absolute, and do nothing with it. */
  readonly path: string;
  readonly relative_path: string | null;
  readonly links: "manage" | "follow";
  readonly owner: number;
  readonly group: number;
  readonly mode: number;
  readonly checksum: { readonly type: ChecksumType; readonly value: string | null };
  readonly type: "file" | "directory" | "link";
  readonly destination: string | null;
}

export interface MetadataOptions {
  readonly links: "manage" | "follow";
  readonly checksumType: ChecksumType;
  readonly sourcePermissions: "use" | "use_when_creating" | "ignore";
}

/** The directory in which environments appear to be, wherever a path is told: where Puppet's packages have them. */
export const ENVIRONMENTS = "/etc/puppetlabs/code/environments";

/** The absolute form of a path in an environment. */
export const absolute = (environment: string, path: string): string =>
  path === "" ? `${ENVIRONMENTS}/${environment}` : `${ENVIRONMENTS}/${environment}/${path}`;

/** What agents get where source permissions are ignored, for directories too. */
const IGNORED_MODE = 0o644;
const LAST_SECOND = 253_402_300_799;

const timeOf = (seconds: number) => {
  const iso = new Date(Math.min(Math.max(seconds, 0), LAST_SECOND) * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000`;
};

/** The file whose bytes make the checksum of what was found, if any: that of a link is its target's. */
export function summedFile(tree: Tree, found: Found): FileEntry | undefined {
  const target = found.type === "link" ? tree.find(found.path, "follow") : found;
  return target?.type === "file" ? target : undefined;
}

/**
 * @param path absolute, of the thing or of the root of the search that found it
 * @param relativePath null for a thing that was asked for itself
 */
export function metadataOf(
  tree: Tree,
  found: Found,
  { path, relativePath }: { path: string; relativePath: string | null },
  { links, checksumType, sourcePermissions }: MetadataOptions,
  digestOf: DigestOf,
): FileMetadata {
  const checksum =
    found.type === "directory"
      ? ({ type: "ctime", value: `{ctime}${timeOf(found.mtime)}` } as const)
      : { type: checksumType, value: checksumValue(tree, found, checksumType, digestOf) };
  return {
    path,
    relative_path: relativePath,
    links,
    owner: 0,
    group: 0,
    mode: sourcePermissions === "ignore" ? IGNORED_MODE : found.mode & 0o7777,
    checksum,
    type: found.type,
    destination: found.type === "link" ? found.target : null,
  };
}

/** @returns null for a link to what has no such sum */
function checksumValue(tree: Tree, found: Found, type: ChecksumType, digestOf: DigestOf): string | null {
  if (type === "none") return "{none}";
  const target = found.type === "link" ? tree.find(found.path, "follow") : found;
  if (target === undefined) return null;
  if (type === "mtime" || type === "ctime") return `{${type}}${timeOf(target.mtime)}`;
  return target.type === "file" ? `{${type}}${digestOf(target)}` : null;
}

import { createHash } from "node:crypto";
import type { NewPackage, PackageDescription, PackageFile, PackageVersion } from "@gatehouse/core/packages";

/** A file as it is stored: with the digest that it was handed in by. */
export interface StoredFile extends PackageFile {
  readonly sha256: string;
}

interface Manifest extends PackageDescription {
  readonly format: 1;
  readonly files: readonly StoredFile[];
}

/** A version as the blob that it is stored as. */
export function manifestOf(said: PackageDescription, files: readonly StoredFile[]): Buffer {
  const manifest: Manifest = { format: 1, ...descriptionIn(said), files };
  return Buffer.from(JSON.stringify(manifest));
}

/** What {@link manifestOf} stored. */
export function readManifest(bytes: Buffer): PackageDescription & { readonly files: readonly StoredFile[] } {
  const { format, ...manifest } = JSON.parse(bytes.toString("utf8")) as Manifest;
  if (format !== 1) throw new Error(`a manifest of form ${String(format)} is of another version of Gatehouse`);
  return manifest;
}

/** What is told of a package besides its name and files, and nothing else that came along. */
export const descriptionIn = ({
  description,
  checks,
  actions,
  userInteractions,
  wantsSoftware,
}: PackageDescription) => ({
  ...(description !== undefined && { description }),
  ...{ checks, actions, userInteractions, wantsSoftware },
});

/** Whose options are not said gets these. */
export const optionsOf = ({
  uncompress = false,
  p2p = false,
  p2pRetentionMinutes = 0,
}: NewPackage["files"][number]): Pick<PackageFile, "uncompress" | "p2p" | "p2pRetentionMinutes"> => ({
  ...{ uncompress, p2p, p2pRetentionMinutes },
});

/** Of all that a publisher says of a version, whatever the order of keys: two with the same one are the same to agents. */
export function digestOfPackage(said: PackageDescription & Pick<NewPackage, "files">): Buffer {
  const files = said.files.map((file) => [file.name, file.sha256, file.size, optionsOf(file)]);
  return createHash("sha256")
    .update(JSON.stringify(sorted([descriptionIn(said), files])))
    .digest();
}

/** With the keys of objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const keyed = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return keyed.map(([key, item]) => [key, sorted(item)]);
}

/** As agents and operators see it. */
export const versionOf = (
  { files, ...manifest }: ReturnType<typeof readManifest>,
  about: Pick<PackageVersion, "name" | "version" | "publishedAt" | "publishedBy">,
): PackageVersion => ({ ...about, ...manifest, files: files.map(({ sha256: _, ...file }) => file) });

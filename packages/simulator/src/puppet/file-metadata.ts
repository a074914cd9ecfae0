import { createHash } from "node:crypto";
import { PuppetAgentError } from "./errors.js";

/** What the server says of a file, as far as an agent looks at it. */
export interface FileMetadata {
  /** `.` for the root of a search. */
  readonly relative_path: string | null;
  readonly type: "file" | "directory" | "link";
  readonly checksum: { readonly type: string; readonly value: string };
  /** Where a static catalog has the bytes. */
  readonly content_uri?: string;
}

/** @returns whether this is what a server says of a file, in what an agent reads of it */
export function isMetadata(value: unknown): value is FileMetadata {
  const { type, checksum, relative_path } = (value ?? {}) as Partial<FileMetadata>;
  return (
    (type === "file" || type === "directory" || type === "link") &&
    typeof checksum?.value === "string" &&
    (typeof relative_path === "string" || relative_path === null || relative_path === undefined)
  );
}

/** @throws PuppetAgentError of kind checksum when the bytes are not what was promised */
export function verify(operation: string, name: string, { checksum }: FileMetadata, bytes: Buffer): void {
  const [, algorithm, hex] = /^\{(md5|sha1|sha224|sha256|sha384|sha512)\}([0-9a-f]+)$/.exec(checksum.value) ?? [];
  if (algorithm === undefined) return;
  const own = createHash(algorithm).update(bytes).digest("hex");
  if (own === hex) return;
  throw new PuppetAgentError("checksum", operation, `${name} has ${own} where ${checksum.value} was promised`);
}

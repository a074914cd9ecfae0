import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { NewPackage, NewPackageFile, PackageFile } from "@gatehouse/core/packages";
import { type Content, sourceOf } from "../content/content.test.helper.js";
import { createPackages } from "./packages.js";

export const sha512 = (bytes: Buffer) => createHash("sha512").update(bytes).digest("hex");

/** Bytes that are the same at every run, no two MiB of them alike. */
export function bytesOf(seed: string, length: number): Buffer {
  const bytes = Buffer.alloc(length, createHash("sha512").update(seed).digest());
  for (let at = 0; at + 4 <= length; at += 1 << 20) bytes.writeUInt32LE(at, at);
  return bytes;
}

export const packageOf = (
  name: string,
  files: readonly NewPackageFile[],
  said: Partial<NewPackage> = {},
): NewPackage => ({
  ...{
    name,
    files,
    checks: [],
    actions: [{ cmd: { exec: "./run" } }],
    userInteractions: [],
    wantsSoftware: false,
    by: "ann",
  },
  ...said,
});

/** Packages on the test's database, with files that are staged as operators stage them. */
export function packagesOn(content: Content) {
  const house = {
    packages: () => createPackages(content.db),
    async staged(name: string, bytes: Buffer): Promise<NewPackageFile> {
      const { sha256, size } = await content.store().stage(bytes);
      return { name, sha256, size };
    },
    /** A file as an agent makes it of its parts. */
    async fetched({ parts }: PackageFile): Promise<Buffer> {
      const store = content.store();
      const bytes: Buffer[] = [];
      for (const part of parts) {
        const blob = await createPackages(content.db).partBy(part.sha512);
        if (blob === undefined) throw new Error("a part is not there");
        const served = await sourceOf(await store.open(blob));
        if (sha512(served) !== part.sha512 || served.length !== part.size) throw new Error("a part is another one");
        bytes.push(gunzipSync(served));
      }
      return Buffer.concat(bytes);
    },
    /** As if this long had passed since anything was staged. */
    agedBlobs: () => content.db.run("update blobs set staged_at = staged_at - interval '2 days'"),
  };
  return house;
}

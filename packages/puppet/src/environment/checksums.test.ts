import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BlobRef, LaidBlob } from "@gatehouse/core/content";
import type { FileEntry } from "@gatehouse/core/environments";
import { describe, expect, it, onTestFinished } from "vitest";
import { CHECKSUM_TYPES, Checksums, checksumTypeOf } from "./checksums.js";

const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex");

const entryOf = (bytes: Buffer): FileEntry => ({
  ...{ type: "file", path: "x", mode: 0o644, mtime: 0, size: bytes.length },
  sha256: hex("sha256", bytes),
  md5: hex("md5", bytes),
});

/** Bytes that are in memory or on disk, and how often they were asked for. */
async function contentOf(all: readonly Buffer[], where: "memory" | "disk") {
  const folder = await mkdtemp(path.join(tmpdir(), "checksums-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const opened: string[] = [];
  const open = async (ref: BlobRef): Promise<LaidBlob> => {
    opened.push(ref.sha256);
    const bytes = all.find((one) => hex("sha256", one) === ref.sha256) ?? Buffer.alloc(0);
    if (where === "memory") return { ...ref, bytes };
    const file = path.join(folder, ref.sha256);
    await writeFile(file, bytes);
    return { ...ref, path: file };
  };
  return { opened, content: { open } };
}

const long = Buffer.alloc(200_000, "gatehouse ");
const short = Buffer.from("plain file from module\n");

describe("every kind", () => {
  it.each(["memory", "disk"] as const)("is that of the bytes, which are in %s", async (where) => {
    const { content } = await contentOf([long, short, Buffer.alloc(0)], where);
    const checksums = new Checksums(content);
    for (const bytes of [long, short, Buffer.alloc(0)]) {
      const entry = entryOf(bytes);
      for (const type of ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] as const)
        expect((await checksums.of(type, [entry]))(entry), type).toBe(hex(type, bytes));
      for (const type of ["md5lite", "sha1lite", "sha256lite"] as const)
        expect((await checksums.of(type, [entry]))(entry), type).toBe(hex(type.slice(0, -4), bytes.subarray(0, 512)));
    }
  });

  it("is known by its name, and by no other", () => {
    for (const type of CHECKSUM_TYPES) expect(checksumTypeOf(type)).toBe(type);
    for (const name of ["bogus", "", "SHA256", "sha512lite", "constructor", "sha256 "])
      expect(() => checksumTypeOf(name)).toThrow(
        expect.objectContaining({ status: 500, message: `Unsupported checksum type ${name}` }),
      );
  });
});

describe("bytes", () => {
  it("are not looked at for what the version says, nor for times", async () => {
    const { opened, content } = await contentOf([short], "memory");
    for (const type of ["sha256", "md5", "mtime", "ctime", "none"] as const)
      await new Checksums(content).of(type, [entryOf(short)]);
    expect(opened).toEqual([]);
  });

  it("are looked at once for each of the other kinds, however often they are there", async () => {
    const { opened, content } = await contentOf([short, long], "disk");
    const checksums = new Checksums(content);
    for (let i = 0; i < 3; i++) {
      await checksums.of("sha512", [entryOf(short), entryOf(short), entryOf(long)]);
      await checksums.of("sha1", [entryOf(short)]);
    }
    expect(opened).toHaveLength(3);
  });

  it("are looked at once for many that ask at the same time", async () => {
    const { opened, content } = await contentOf([long], "disk");
    const checksums = new Checksums(content);
    const asked = Array.from({ length: 20 }, () => checksums.of("sha512", [entryOf(long)]));
    const sums = (await Promise.all(asked)).map((digestOf) => digestOf(entryOf(long)));
    expect([new Set(sums).size, opened.length]).toEqual([1, 1]);
  });

  it("that are away now may be there later", async () => {
    const { content } = await contentOf([short], "memory");
    let there = false;
    const open = (ref: BlobRef) => (there ? content.open(ref) : Promise.reject(new Error("away")));
    const checksums = new Checksums({ open });
    await expect(checksums.of("sha1", [entryOf(short)])).rejects.toThrow("away");
    there = true;
    expect((await checksums.of("sha1", [entryOf(short)]))(entryOf(short))).toBe(hex("sha1", short));
  });
});

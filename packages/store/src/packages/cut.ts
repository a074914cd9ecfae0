import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { PART_BYTES, type PackagePart } from "@gatehouse/core/packages";
import { stageBlob } from "../content/blob-rows.js";
import type { Queryable } from "../database.js";

const gzipAsync = promisify(gzip);

/** Parts that are packed at once, by threads; so many MiB are in memory, packed and not. */
const AT_ONCE = 4;

const CHUNK = {
  name: "packages.chunk",
  text: "select c.bytes from blobs b join blob_chunks c on c.blob_id = b.id where b.sha256 = $1 and c.seq = $2",
};

/** What became of a file. */
export interface Cut {
  /** Of the whole file, lower-case hex. */
  readonly sha512: string;
  readonly parts: readonly PackagePart[];
}

/**
 * Cuts a stored file into parts, packs each, and stages them: nothing refers to them yet. Read from the database chunk by
 * chunk, and never whole in memory or on this machine's disk.
 * @throws conflict when the file is not stored (any more); internal when it does not match its digest
 */
export async function cutFile(
  db: Pick<Queryable, "run" | "transaction">,
  { name, sha256, size }: { readonly name: string; readonly sha256: string; readonly size: number },
): Promise<Cut> {
  const whole = { sha512: createHash("sha512"), sha256: createHash("sha256") };
  const parts: PackagePart[] = [];
  let packing: Promise<Buffer>[] = [];
  const flush = async () => {
    for (const packed of await Promise.all(packing)) parts.push(await stagePart(db, packed));
    packing = [];
  };
  for await (const bytes of inParts(chunksOf(db, sha256, size))) {
    whole.sha512.update(bytes);
    whole.sha256.update(bytes);
    if (packing.push(gzipAsync(bytes)) === AT_ONCE) await flush();
  }
  // An empty file has a part too: one without parts would never be made.
  if (packing.length === 0 && parts.length === 0) packing.push(gzipAsync(Buffer.alloc(0)));
  await flush();
  if (whole.sha256.digest("hex") !== sha256)
    throw new GatehouseError("internal", "The stored content is damaged.", {
      detail: `${JSON.stringify(name)}, blob ${sha256}, does not match its digest`,
    });
  return { sha512: whole.sha512.digest("hex"), parts };
}

/** The bytes of a small blob, also of one that this transaction stored. */
export async function readBlob(
  db: Pick<Queryable, "run">,
  { sha256, size }: { readonly sha256: string; readonly size: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(db, sha256, size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* chunksOf(db: Pick<Queryable, "run">, sha256: string, size: number): AsyncGenerator<Buffer> {
  const digest = Buffer.from(sha256, "hex");
  for (let seq = 0, read = 0; read < size; seq++) {
    const [row] = await db.run<{ bytes: Buffer }>(CHUNK, [digest, seq]);
    if (row === undefined)
      throw new GatehouseError("conflict", "The content is not stored any more: send it again.", {
        detail: `blob ${sha256}, chunk ${seq}`,
      });
    read += row.bytes.length;
    yield row.bytes;
  }
}

/** The same bytes in pieces of {@link PART_BYTES}, but for the last. */
async function* inParts(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (; bytes.length >= PART_BYTES; bytes = bytes.subarray(PART_BYTES)) yield bytes.subarray(0, PART_BYTES);
    rest = Buffer.from(bytes);
  }
  if (rest.length > 0) yield rest;
}

async function stagePart(db: Pick<Queryable, "transaction">, bytes: Buffer): Promise<PackagePart> {
  const sha256 = createHash("sha256").update(bytes).digest();
  await db.transaction((run) => stageBlob(run, bytes, sha256, bytes.length));
  return {
    sha512: createHash("sha512").update(bytes).digest("hex"),
    sha256: sha256.toString("hex"),
    size: bytes.length,
  };
}

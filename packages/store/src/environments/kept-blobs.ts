import { createHash } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Run } from "../database.js";

/** What is known of a blob that an environment holds. */
export interface KeptBlob {
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
}

interface Row {
  readonly id: string;
  readonly sha256: string;
  readonly md5: string | null;
  readonly size: number;
  readonly kept: boolean;
}

/** Digests that a message names. */
const MOST_NAMED = 3;

/**
 * Keeps blobs for good, for a version of an environment: in the caller's transaction. Collection, which takes staged
 * ones, waits for it, or they are gone already.
 * @param sha256s lower-case hex @returns by digest
 * @throws conflict when some are not stored
 */
export async function keepBlobs(run: Run, sha256s: ReadonlySet<string>): Promise<ReadonlyMap<string, KeptBlob>> {
  const digests = [...sha256s].map((sha256) => Buffer.from(sha256, "hex"));
  const found = await run<Row>(
    `select id, encode(sha256, 'hex') as sha256, encode(md5, 'hex') as md5, size::float8 as size, in_environment as kept
     from blobs where sha256 = any($1)`,
    [digests],
  );
  const loose = found.filter(({ kept }) => !kept).map(({ id }) => id);
  if (loose.length > 0) {
    // In one order: two deployments of the same new files would else wait for each other.
    const held = await run("select from blobs where id = any($1) order by id for update", [loose]);
    if (held.length < loose.length) throw notStored([...sha256s], found);
    await run("update blobs set staged_at = null, in_environment = true where id = any($1)", [loose]);
  }
  if (found.length < digests.length) throw notStored([...sha256s], found);
  const kept = new Map<string, KeptBlob>();
  for (const row of found) kept.set(row.sha256, { size: row.size, md5: row.md5 ?? (await addMd5(run, row.id)) });
  return kept;
}

/** @returns what to throw: conflict */
export function notStored(sha256s: readonly string[], found: readonly Pick<Row, "sha256">[]): GatehouseError {
  const stored = new Set(found.map(({ sha256 }) => sha256));
  const missing = sha256s.filter((sha256) => !stored.has(sha256));
  const named = missing.slice(0, MOST_NAMED).join(", ");
  return new GatehouseError("conflict", "Some files are not stored, or not any more: send what is missing again.", {
    detail: `${missing.length} missing: ${named}`,
  });
}

/** Of a blob that a version before this one stored, which computed none. */
async function addMd5(run: Run, id: string): Promise<string> {
  const hash = createHash("md5");
  for (let seq = 0; ; seq++) {
    const [chunk] = await run<{ bytes: Buffer }>("select bytes from blob_chunks where blob_id = $1 and seq = $2", [
      id,
      seq,
    ]);
    if (chunk === undefined) break;
    hash.update(chunk.bytes);
  }
  const md5 = hash.digest();
  await run("update blobs set md5 = $2 where id = $1", [id, md5]);
  return md5.toString("hex");
}

import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { BlobRef, LaidBlob } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { LRUCache } from "lru-cache";
import type { Database } from "../database.js";
import { digestFile } from "./blob-rows.js";
import { sweepFolder } from "./sweep-folder.js";

/** Blobs up to this size are served from memory. */
const SMALL_BYTES = 256 * 1024;
const MEMORY_BYTES = 32 * 1024 * 1024;

const READ_CHUNK = {
  name: "blob_chunks.read",
  text: "select c.bytes from blobs b join blob_chunks c on c.blob_id = b.id where b.sha256 = $1 and c.seq = $2",
};

/**
 * Blobs as this machine serves them: laid on disk once, by digest, and the small ones kept in memory.
 * The folder is a cache: what is missing or damaged in it is laid again from the database.
 */
export class BlobCache {
  readonly #db: Database;
  readonly #dir: string;
  readonly #memory = new LRUCache<string, Buffer>({
    maxSize: MEMORY_BYTES,
    sizeCalculation: (bytes) => bytes.length + 1,
  });
  /** What each file looked like when its digest was last seen to be right. */
  // By size, each counted as one: by number it would take its room at once, and most gateways never need it.
  readonly #verified = new LRUCache<string, string>({ maxSize: 100_000, sizeCalculation: () => 1 });
  readonly #laying = new Map<string, Promise<void>>();

  constructor(db: Database, dir: string) {
    this.#db = db;
    this.#dir = dir;
  }

  /** @throws not-found when no such blob is stored, database-unavailable when it is not on this machine yet */
  async open(ref: BlobRef): Promise<LaidBlob> {
    const kept = this.#memory.get(ref.sha256);
    if (kept !== undefined) return { ...ref, bytes: kept };
    const file = path.join(this.#dir, ref.sha256.slice(0, 2), ref.sha256.slice(2));
    if (ref.size > SMALL_BYTES) {
      if (!(await this.#isSound(ref, file))) await this.#layOnce(ref, file);
      return { ...ref, path: file };
    }
    if ((await stampOf(file))?.size !== ref.size) await this.#layOnce(ref, file);
    let bytes = await readFile(file);
    if (digest(bytes) !== ref.sha256) {
      await this.#layOnce(ref, file);
      bytes = await readFile(file);
    }
    this.#memory.set(ref.sha256, bytes);
    return { ...ref, bytes };
  }

  /** Takes what is not stored any more off this machine's disk. @returns how many files */
  sweep(): Promise<number> {
    return sweepFolder(this.#db, this.#dir);
  }

  /** Reads a file once after a start, and again when it was touched: a power cut may leave one with holes. */
  async #isSound(ref: BlobRef, file: string): Promise<boolean> {
    const found = await stampOf(file);
    if (found?.size !== ref.size) return false;
    if (this.#verified.get(ref.sha256) === found.stamp) return true;
    const read = await digestFile(file).catch(() => undefined);
    if (read?.sha256.toString("hex") !== ref.sha256) return false;
    this.#verified.set(ref.sha256, found.stamp);
    return true;
  }

  #layOnce(ref: BlobRef, file: string): Promise<void> {
    const running = this.#laying.get(ref.sha256);
    if (running !== undefined) return running;
    const laying = this.#lay(ref, file).finally(() => this.#laying.delete(ref.sha256));
    this.#laying.set(ref.sha256, laying);
    return laying;
  }

  async #lay(ref: BlobRef, file: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${randomUUID()}`;
    const handle = await open(temporary, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      let size = 0;
      for (let seq = 0; size < ref.size; seq++) {
        const [row] = await this.#db.run<{ bytes: Buffer }>(READ_CHUNK, [Buffer.from(ref.sha256, "hex"), seq]);
        if (row === undefined)
          throw new GatehouseError("not-found", "The content is not stored.", {
            detail: `blob ${ref.sha256}, chunk ${seq}`,
          });
        hash.update(row.bytes);
        size += row.bytes.length;
        await handle.appendFile(row.bytes);
      }
      if (size !== ref.size || hash.digest("hex") !== ref.sha256) {
        throw new GatehouseError("internal", "The stored content is damaged.", {
          detail: `blob ${ref.sha256} does not match its digest`,
        });
      }
      await handle.sync();
      await handle.close();
      await rename(temporary, file);
      const made = await stampOf(file);
      if (made !== undefined) this.#verified.set(ref.sha256, made.stamp);
    } catch (thrown) {
      await handle.close();
      await rm(temporary, { force: true });
      throw thrown;
    }
  }
}

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

async function stampOf(file: string): Promise<{ size: number; stamp: string } | undefined> {
  return stat(file, { bigint: true }).then(
    ({ size, ino, mtimeNs }) => ({ size: Number(size), stamp: `${ino} ${size} ${mtimeNs}` }),
    () => undefined,
  );
}

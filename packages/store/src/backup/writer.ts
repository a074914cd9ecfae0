import { createHash, createHmac, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { type BackupEnd, type BackupHeader, BLOCK_BYTES, MAGIC, RECORD, RECORD_HEAD, type TableSum } from "./format.js";

const deflated = promisify(deflateRaw);
/** Little is won by more, and processors are the gateway's. */
const LEVEL = 3;
/** Bytes that may wait to be written: more at once would hold up the disk, and with it whoever commits. */
const UNSYNCED_BYTES = 2 << 20;

/** Writes a backup's records, in their order; it holds one block at a time. */
export class BackupWriter {
  readonly #file: FileHandle;
  readonly #digest: Hash = createHash("sha256");
  #size = 0;
  #unsynced = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Bytes that were written. */
  get size(): number {
    return this.#size;
  }

  async begin(header: BackupHeader): Promise<void> {
    await this.#write(MAGIC);
    await this.#record(RECORD.header, Buffer.from(JSON.stringify(header), "utf8"));
  }

  /**
   * One table.
   * @param stream what COPY … TO STDOUT sends
   * @param pace called after each block with its bytes; the next one is not read before it is settled
   */
  async table(
    name: string,
    stream: AsyncIterable<Buffer>,
    pace: (bytes: number) => Promise<void>,
  ): Promise<Omit<TableSum, "rows">> {
    await this.#record(RECORD.table, Buffer.from(name, "utf8"));
    const sum = createHash("sha256");
    let bytes = 0;
    for await (const block of blocks(stream)) {
      sum.update(block);
      bytes += block.length;
      await this.#record(RECORD.data, await deflated(block, { level: LEVEL }));
      await pace(block.length);
    }
    return { name, bytes, sha256: sum.digest("hex") };
  }

  /** @param key what the MAC is made with */
  async end(end: BackupEnd, key: Buffer): Promise<void> {
    const json = Buffer.from(JSON.stringify(end), "utf8");
    const digest = this.#digest.copy().update(json).digest();
    const mac = createHmac("sha256", key).update(digest).digest();
    await this.#record(RECORD.end, Buffer.concat([mac, digest, json]));
  }

  async #record(type: number, payload: Buffer): Promise<void> {
    const head = Buffer.alloc(RECORD_HEAD);
    head.writeUInt8(type, 0);
    head.writeUInt32BE(payload.length, 1);
    await this.#write(Buffer.concat([head, payload]));
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#digest.update(bytes);
    await this.#file.writeFile(bytes);
    this.#size += bytes.length;
    this.#unsynced += bytes.length;
    if (this.#unsynced < UNSYNCED_BYTES) return;
    await this.#file.datasync();
    this.#unsynced = 0;
  }
}

/** What streams send in pieces of any size, in blocks of one size and a rest. */
async function* blocks(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (let piece of stream) {
    while (length + piece.length >= BLOCK_BYTES) {
      const cut = BLOCK_BYTES - length;
      yield Buffer.concat([...waiting, piece.subarray(0, cut)]);
      piece = piece.subarray(cut);
      waiting = [];
      length = 0;
    }
    if (piece.length > 0) waiting.push(piece);
    length += piece.length;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

import { createHash, createHmac, type Hash, timingSafeEqual } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import {
  type BackupEnd,
  type BackupHeader,
  BLOCK_BYTES,
  DIGEST_BYTES,
  MAC_BYTES,
  MAGIC,
  MOST_DATA_BYTES,
  MOST_JSON_BYTES,
  RECORD,
  RECORD_HEAD,
  refused,
} from "./format.js";
import { endOf, headerOf } from "./said.js";

const inflated = promisify(inflateRaw);
const MOST_BYTES: Readonly<Record<number, number>> = {
  [RECORD.header]: MOST_JSON_BYTES,
  [RECORD.table]: 63,
  [RECORD.data]: MOST_DATA_BYTES,
  [RECORD.end]: MOST_JSON_BYTES + MAC_BYTES + DIGEST_BYTES,
};

/** What a whole backup is. */
export interface WholeBackup {
  readonly header: BackupHeader;
  readonly end: BackupEnd;
  /** Bytes of the file. */
  readonly size: number;
  /** What the MAC is over, and the MAC. */
  readonly digest: Buffer;
  readonly mac: Buffer;
}

/** Takes one table's blocks, all of them or none. */
export type TakeTable = (name: string, index: number, blocks: AsyncIterable<Buffer>) => Promise<void>;

/** Whether an instance key made this backup. @param key as the writer's */
export function isMadeWith({ digest, mac }: WholeBackup, key: Buffer): boolean {
  return timingSafeEqual(createHmac("sha256", key).update(digest).digest(), mac);
}

/**
 * Reads a backup from its first byte to its last, one block in memory at a time.
 * @param onHeader told before any table; what it throws ends the reading
 * @param take gets the tables as they come: nothing of them is proved before this function returns
 * @returns what it is, when every byte is as it was written
 * @throws request-malformed when it is no backup, or is damaged, cut off, put together anew, or longer than it was
 */
export async function readBackup(
  path: string,
  take: TakeTable,
  onHeader: (header: BackupHeader) => Promise<void> | void = () => undefined,
): Promise<WholeBackup> {
  const file = await opened(path);
  try {
    const source = new Records(file);
    const magic = await source.bytes(MAGIC.length);
    if (!magic?.equals(MAGIC)) throw refused(`${path} is no backup of Gatehouse, or one of a form that is not known.`);
    const header = headerOf((await source.record(RECORD.header)).payload);
    await onHeader(header);
    const sums: BackupEnd["tables"][number][] = [];
    for (const [index, { name }] of header.tables.entries()) {
      if ((await source.record(RECORD.table)).payload.toString("utf8") !== name) throw damaged();
      const table = new TableBlocks(source);
      await take(name, index, table.blocks());
      // Who takes a table may stop early; what is left must be as whole as the rest.
      for await (const _ of table.blocks());
      sums.push({ name, rows: 0, ...table.sum() });
    }
    const before = source.digest();
    const last = (await source.record(RECORD.end)).payload;
    if ((await source.bytes(1)) !== undefined) throw damaged();
    if (last.length < MAC_BYTES + DIGEST_BYTES) throw damaged();
    const mac = Buffer.from(last.subarray(0, MAC_BYTES));
    const digest = Buffer.from(last.subarray(MAC_BYTES, MAC_BYTES + DIGEST_BYTES));
    const json = last.subarray(MAC_BYTES + DIGEST_BYTES);
    if (!before.update(json).digest().equals(digest)) throw damaged();
    const end = endOf(json);
    if (end.tables.length !== sums.length) throw damaged();
    for (const [index, { name, bytes, sha256 }] of end.tables.entries()) {
      const read = sums[index];
      if (read?.name !== name || read.bytes !== bytes || read.sha256 !== sha256) throw damaged();
    }
    return { header, end, size: source.size, digest, mac };
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, "r");
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (thrown) {
    throw refused(`${path} cannot be read: ${(thrown as NodeJS.ErrnoException).code}.`, thrown);
  }
  throw refused(`${path} is no file: a backup is read twice, and cannot come through a pipe.`);
}

const damaged = (cause?: unknown) => refused("The backup is damaged, cut off or put together anew.", cause);

/** The records of a file, from its start to its end. */
class Records {
  readonly #file: FileHandle;
  readonly #digest: Hash = createHash("sha256");
  #size = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get size(): number {
    return this.#size;
  }

  /** Of everything before the record that comes next. */
  digest(): Hash {
    return this.#digest.copy();
  }

  /** @returns undefined at the end of the file */
  async bytes(length: number): Promise<Buffer | undefined> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, null);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled === 0 && length > 0) return undefined;
    if (filled < length) throw damaged();
    this.#digest.update(bytes);
    this.#size += length;
    return bytes;
  }

  /** The next record. @throws request-malformed when it is of another type */
  async record(type: number): Promise<{ readonly payload: Buffer }> {
    const head = await this.bytes(RECORD_HEAD);
    if (head === undefined) throw damaged();
    const length = head.readUInt32BE(1);
    if (head.readUInt8(0) !== type || length > (MOST_BYTES[type] ?? 0)) throw damaged();
    if (length === 0) return { payload: head.subarray(0, 0) };
    const payload = await this.bytes(length);
    if (payload === undefined) throw damaged();
    return { payload };
  }

  /** The next record if it is a block of a table. The type is peeked at, so that the digest ends before another one. */
  async data(): Promise<Buffer | undefined> {
    const { bytesRead, buffer } = await this.#file.read(Buffer.alloc(1), 0, 1, this.#size);
    if (bytesRead === 0) throw damaged();
    return buffer[0] === RECORD.data ? (await this.record(RECORD.data)).payload : undefined;
  }
}

/** One table's blocks, each inflated, and what they sum up to. */
class TableBlocks {
  readonly #source: Records;
  readonly #sum = createHash("sha256");
  #bytes = 0;
  #ended = false;

  constructor(source: Records) {
    this.#source = source;
  }

  async *blocks(): AsyncGenerator<Buffer> {
    while (!this.#ended) {
      const packed = await this.#source.data();
      if (packed === undefined) {
        this.#ended = true;
        return;
      }
      const block = await inflated(packed, { maxOutputLength: BLOCK_BYTES }).catch((thrown: unknown) => {
        throw damaged(thrown);
      });
      if (block.length === 0) throw damaged();
      this.#sum.update(block);
      this.#bytes += block.length;
      yield block;
    }
  }

  sum(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#sum.digest("hex") };
  }
}

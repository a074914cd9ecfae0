import { GatehouseError } from "@gatehouse/core/errors";

/**
 * A backup's file (docs/adr/0033-backups.md):
 *
 * ```
 * "gatehouse-backup 1\n"
 * record*               type (1 byte), length of what follows (4 bytes, big endian), payload
 *   H  once, first      JSON: BackupHeader
 *   T  once per table   its name; in the header's order
 *   D  any number       up to 1 MiB of the table's COPY … (FORMAT binary), deflated (RFC 1951)
 *   E  once, last       MAC (32 bytes), digest (32 bytes), JSON: BackupEnd
 * ```
 *
 * The digest is SHA-256 of every byte before the record E and of E's JSON; the MAC is HMAC-SHA256 of the digest under a key
 * derived from the instance key. Nothing follows E.
 */
export const MAGIC = Buffer.from("gatehouse-backup 1\n", "ascii");
export const RECORD_HEAD = 5;
/** Bytes of a table's stream that one record holds at the most. */
export const BLOCK_BYTES = 1 << 20;
/** What deflate makes of that at its worst is less. */
export const MOST_DATA_BYTES = BLOCK_BYTES + (BLOCK_BYTES >> 4);
/** Bytes of JSON that a header or an end has at the most: names and numbers of some fifty tables. */
export const MOST_JSON_BYTES = 4 << 20;
export const MAC_BYTES = 32;
export const DIGEST_BYTES = 32;

export const RECORD = { header: 0x48, table: 0x54, data: 0x44, end: 0x45 } as const;

/** A table and its columns, in the order in which rows have them. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Days (YYYY-MM-DD, UTC) that it has a partition for; null for a table without partitions. */
  readonly days: readonly string[] | null;
}

/** The instance key under a passphrase: scrypt (RFC 7914), then AES-256-GCM. Bytes are base64. */
export interface WrappedKey {
  readonly kdf: "scrypt";
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly sealed: string;
}

/** What a backup says first. */
export interface BackupHeader {
  /** Version of the Gatehouse that made it. */
  readonly version: string;
  /** RFC 3339, by the database's clock. */
  readonly madeAt: string;
  /** Names of the migrations that its schema had, oldest first. */
  readonly migrations: readonly string[];
  /** Tables after those that they refer to. */
  readonly tables: readonly TableShape[];
  /** Null: the instance key is not in it. */
  readonly key: WrappedKey | null;
}

/** What a backup says last, when it is known. */
export interface BackupEnd {
  readonly tables: readonly TableSum[];
  readonly sequences: readonly Sequence[];
}

/** What became of one table. */
export interface TableSum {
  readonly name: string;
  readonly rows: number;
  /** Bytes of its stream, and SHA-256 of them in hexadecimal digits. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface Sequence {
  readonly name: string;
  /** A whole number: too large for JSON's. */
  readonly value: string;
  readonly called: boolean;
}

/** The refusal of a file that is no backup, or not a whole one. */
export const refused = (message: string, cause?: unknown): GatehouseError =>
  new GatehouseError("request-malformed", message, cause === undefined ? {} : { cause });

import type { BackupEnd, BackupHeader, Sequence, TableShape, TableSum, WrappedKey } from "./format.js";
import { MOST_JSON_BYTES, refused } from "./format.js";

/** Names go into SQL, quoted; those of our schema are plain words all the same. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const TYPE = /^[A-Za-z0-9 ,()[\]"]{1,100}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const DIGITS = /^\d{1,19}$/;
const HEX_256 = /^[0-9a-f]{64}$/;
const MOST_ITEMS = 10_000;

type Said = Readonly<Record<string, unknown>>;

/** @returns the header that these bytes are @throws request-malformed for anything else */
export function headerOf(json: Buffer): BackupHeader {
  const said = object(parsed(json));
  const tables = list(said["tables"], shapeOf);
  distinct(tables.map(({ name }) => name));
  return {
    version: text(said["version"], /^[\x20-\x7e]{1,100}$/),
    madeAt: time(said["madeAt"]),
    migrations: list(said["migrations"], (name) => text(name, /^[A-Za-z0-9]{1,200}$/)),
    tables,
    key: said["key"] === null ? null : keyOf(object(said["key"])),
  };
}

/** @returns the end that these bytes are @throws request-malformed for anything else */
export function endOf(json: Buffer): BackupEnd {
  const said = object(parsed(json));
  return { tables: list(said["tables"], sumOf), sequences: list(said["sequences"], sequenceOf) };
}

function shapeOf(value: unknown): TableShape {
  const said = object(value);
  const columns = list(said["columns"], (column) => {
    const { name, type } = object(column);
    return { name: text(name, NAME), type: text(type, TYPE) };
  });
  if (columns.length === 0) throw none();
  distinct(columns.map(({ name }) => name));
  const days = said["days"] === null ? null : list(said["days"], day);
  return { name: text(said["name"], NAME), columns, days };
}

function keyOf(said: Said): WrappedKey {
  const bytes = (name: string) => text(said[name], /^[A-Za-z0-9+/]{1,200}={0,2}$/);
  if (said["kdf"] !== "scrypt")
    throw refused("The backup's key is wrapped in a way that this Gatehouse does not know.");
  return {
    kdf: "scrypt",
    ...{ n: count(said["n"]), r: count(said["r"]), p: count(said["p"]) },
    ...{ salt: bytes("salt"), iv: bytes("iv"), tag: bytes("tag"), sealed: bytes("sealed") },
  };
}

function sumOf(value: unknown): TableSum {
  const said = object(value);
  return {
    name: text(said["name"], NAME),
    rows: count(said["rows"]),
    bytes: count(said["bytes"]),
    sha256: text(said["sha256"], HEX_256),
  };
}

function sequenceOf(value: unknown): Sequence {
  const { name, value: at, called } = object(value);
  if (typeof called !== "boolean") throw none();
  return { name: text(name, NAME), value: text(at, DIGITS), called };
}

const none = () => refused("This is no backup of Gatehouse: what it says of itself has another form.");

function parsed(json: Buffer): unknown {
  if (json.length > MOST_JSON_BYTES) throw none();
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw none();
  }
}

function object(value: unknown): Said {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw none();
  return value as Said;
}

function list<T>(value: unknown, each: (item: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > MOST_ITEMS) throw none();
  return value.map(each);
}

function text(value: unknown, form: RegExp): string {
  if (typeof value !== "string" || !form.test(value)) throw none();
  return value;
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw none();
  return value as number;
}

function time(value: unknown): string {
  const at = text(value, /^[0-9T:.Z-]{20,30}$/);
  if (Number.isNaN(Date.parse(at))) throw none();
  return at;
}

function day(value: unknown): string {
  const at = text(value, DAY);
  if (Number.isNaN(Date.parse(at)) || new Date(at).toISOString().slice(0, 10) !== at) throw none();
  return at;
}

function distinct(names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw none();
}

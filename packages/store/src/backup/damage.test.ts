import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count, useDatabase } from "../store.test.helper.js";
import { backupOf, connected, emptyDatabase, fillHouse, key, passphrase, useFolder } from "./backup.test.helper.js";
import { BLOCK_BYTES, DIGEST_BYTES, MAC_BYTES, MAGIC, RECORD, RECORD_HEAD } from "./format.js";
import { checkBackup, restoreBackup } from "./index.js";

interface Piece {
  readonly type: number;
  readonly payload: Buffer;
}
type Json = Record<string, unknown>;

const house = useDatabase();
const inFolder = useFolder();
let whole: Buffer;
let pieces: Piece[];
let target: string;

beforeAll(async () => {
  await connected(house.url, fillHouse);
  const file = inFolder("whole");
  await backupOf(house.url, file);
  whole = readFileSync(file);
  pieces = piecesOf(whole);
  target = await emptyDatabase();
});

function piecesOf(bytes: Buffer): Piece[] {
  const found: Piece[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    const end = at + RECORD_HEAD + bytes.readUInt32BE(at + 1);
    found.push({ type: bytes.readUInt8(at), payload: bytes.subarray(at + RECORD_HEAD, end) });
    at = end;
  }
  return found;
}

const recorded = ({ type, payload }: Piece): Buffer => {
  const head = Buffer.alloc(RECORD_HEAD);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
};
const joined = (parts: readonly Piece[]) => Buffer.concat([MAGIC, ...parts.map(recorded)]);

/** Put together anew, with digests that fit; the MAC too, for who has the key. */
function forged(parts: readonly Piece[], secret?: Buffer): Buffer {
  const body = joined(parts.filter(({ type }) => type !== RECORD.end));
  const last = parts.find(({ type }) => type === RECORD.end)?.payload ?? Buffer.alloc(0);
  const end = JSON.parse(last.subarray(MAC_BYTES + DIGEST_BYTES).toString()) as { tables: Json[] };
  const json = Buffer.from(JSON.stringify(end));
  const digest = createHash("sha256").update(body).update(json).digest();
  const mac =
    secret === undefined
      ? last.subarray(0, MAC_BYTES)
      : createHmac("sha256", new SecretBox(secret).derive("backup")).update(digest).digest();
  return Buffer.concat([body, recorded({ type: RECORD.end, payload: Buffer.concat([mac, digest, json]) })]);
}

const withHeader = (change: (header: Json) => unknown): Piece[] =>
  pieces.map((piece) => {
    if (piece.type !== RECORD.header) return piece;
    const header = JSON.parse(piece.payload.toString()) as Json;
    const changed = change(header);
    return { ...piece, payload: Buffer.from(typeof changed === "string" ? changed : JSON.stringify(header)) };
  });

let made = 0;
const fileOf = (bytes: Buffer): string => {
  made += 1;
  const file = inFolder(`damaged-${made}`);
  writeFileSync(file, bytes);
  return file;
};
const refusal = (bytes: Buffer, opening = {}) =>
  checkBackup(fileOf(bytes), opening).then(
    () => "whole",
    ({ code }: { code: string }) => code,
  );

describe("a damaged backup", () => {
  it("is refused with any byte changed", async () => {
    const places = [
      0,
      5,
      ...Array.from({ length: 40 }, (_, i) => Math.floor((whole.length * i) / 40)),
      whole.length - 1,
    ];
    let at = MAGIC.length;
    for (const { payload } of pieces.slice(0, 12)) {
      places.push(at, at + 4, at + RECORD_HEAD);
      at += RECORD_HEAD + payload.length;
    }
    for (const place of places) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes.readUInt8(place) ^ 0x41) & 0xff, place);
      expect(await refusal(bytes), `byte ${place}`).toMatch(/request-malformed|start-refused/);
    }
  });

  it("is refused where it was cut off, at a record's end too, and where something follows it", async () => {
    const ends = pieces.map((_, n) => joined(pieces.slice(0, n)).length);
    for (const length of [0, 1, MAGIC.length, ...ends, whole.length - 1])
      expect(await refusal(whole.subarray(0, length)), `${length} bytes`).toBe("request-malformed");
    expect(await refusal(Buffer.concat([whole, Buffer.of(0)]))).toBe("request-malformed");
    expect(await refusal(Buffer.concat([whole, whole]))).toBe("request-malformed");
  });

  it("is refused with a record missing, twice, or in another place", async () => {
    const data = pieces.findIndex(({ type }, n) => type === RECORD.data && pieces[n + 1]?.type === RECORD.data);
    const [one, two] = [pieces[data] as Piece, pieces[data + 1] as Piece];
    for (const parts of [
      pieces.toSpliced(data, 1),
      pieces.toSpliced(data, 0, one),
      pieces.toSpliced(data, 2, two, one),
      pieces.toReversed(),
    ])
      expect(await refusal(joined(parts))).toBe("request-malformed");
    expect(await refusal(forged(pieces.toSpliced(data, 2, two, one)))).toBe("request-malformed");
  });
});

describe("a foreign file", () => {
  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["noise", randomBytes(100_000)],
    ["a compressed file", gzipSync("a tar of something")],
    ["a dump", Buffer.from("PGDMP\u0001\u000e\u0000")],
    ["a backup of another form", Buffer.from("gatehouse-backup 2\n")],
    ["zeros", Buffer.alloc(1 << 20)],
  ])("is refused: %s", async (_, bytes) => {
    expect(await refusal(bytes)).toBe("request-malformed");
  });

  it("is refused where it is no file", async () => {
    mkdirSync(inFolder("folder"));
    await expect(checkBackup(inFolder("folder"))).rejects.toMatchObject({ code: "request-malformed" });
    await expect(checkBackup(inFolder("missing"))).rejects.toMatchObject({
      message: expect.stringContaining("ENOENT"),
    });
  });

  it("asks for no more memory than a backup of ours", async () => {
    const head = Buffer.alloc(RECORD_HEAD);
    head.writeUInt8(RECORD.header, 0);
    head.writeUInt32BE(0xffff_ffff, 1);
    expect(await refusal(Buffer.concat([MAGIC, head, Buffer.alloc(1000)]))).toBe("request-malformed");
    const bomb = { type: RECORD.data, payload: deflateRawSync(Buffer.alloc(BLOCK_BYTES + 1)) };
    const at = pieces.findIndex(({ type }) => type === RECORD.data);
    expect(await refusal(forged(pieces.toSpliced(at, 0, bomb)))).toBe("request-malformed");
    const greedy = withHeader(({ key: wrapped }) => Object.assign(wrapped as Json, { n: 2 ** 30 }));
    expect(await refusal(forged(greedy), { passphrase })).toBe("request-malformed");
  });

  it.each<[string, (header: Json) => unknown]>([
    ["no JSON", () => "{"],
    ["no object", () => "[]"],
    ["deep nesting", () => "[".repeat(1_000_000)],
    ["bytes that are no UTF-8", () => JSON.stringify({ version: "\ud800" })],
    ["a prototype", () => '{"__proto__": {"version": "1", "tables": []}}'],
    [
      "a name that is SQL",
      (header) => Object.assign((header["tables"] as Json[])[0] ?? {}, { name: 'a"; drop table b' }),
    ],
    ["a table twice", (header) => (header["tables"] as Json[]).push((header["tables"] as Json[])[0] ?? {})],
    ["a table without columns", (header) => Object.assign((header["tables"] as Json[])[0] ?? {}, { columns: [] })],
    ["a day that is none", (header) => Object.assign((header["tables"] as Json[])[0] ?? {}, { days: ["2024-02-30"] })],
    ["a time that is none", (header) => Object.assign(header, { madeAt: "yesterday" })],
    ["U+0000", (header) => Object.assign(header, { version: "1\0" })],
    ["another wrapping", (header) => Object.assign(header, { key: { kdf: "md5" } })],
  ])("is refused for its header: %s", async (_, change) => {
    expect(await refusal(forged(withHeader(change)))).toBe("request-malformed");
  });

  it("is refused where it is of a newer schema, or of one that never was", async () => {
    for (const migrations of [["Newer1"], [], undefined]) {
      const parts = withHeader((header) =>
        Object.assign(header, {
          migrations: migrations === undefined ? (header["migrations"] as string[]).toReversed() : migrations,
        }),
      );
      expect(await refusal(forged(parts))).toBe("start-refused");
    }
    const newer = withHeader((header) => (header["migrations"] as string[]).push("Tomorrow1800000000000"));
    expect(await refusal(forged(newer, key), { key })).toBe("start-refused");
  });

  it("is refused to who has the key where it was changed by who has it not", async () => {
    const parts = withHeader((header) => Object.assign(header, { version: "0.0.1" }));
    expect(await refusal(forged(parts))).toBe("whole");
    expect(await refusal(forged(parts), { passphrase })).toBe("forbidden");
    expect(await refusal(forged(parts, randomBytes(32)), { key })).toBe("forbidden");
    expect(await refusal(forged(parts, key), { passphrase })).toBe("whole");
  });
});

describe("a passphrase", () => {
  it("that is another one is refused, and not told", async () => {
    for (const wrong of [`${passphrase} `, passphrase.toUpperCase(), "", "\0", "x".repeat(100_000)]) {
      const thrown = await checkBackup(inFolder("whole"), { passphrase: wrong }).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "forbidden" });
      if (wrong !== "") expect(String((thrown as Error).stack)).not.toContain(wrong);
    }
    await expect(checkBackup(inFolder("whole"), { key: randomBytes(32) })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("opens nothing where there is no key in the backup", async () => {
    const file = inFolder("keyless");
    await backupOf(house.url, file, { passphrase: undefined } as never);
    expect((await checkBackup(file)).header.key).toBeNull();
    expect(readFileSync(file).includes(key)).toBe(false);
    await expect(checkBackup(file, { passphrase })).rejects.toMatchObject({ code: "conflict" });
    expect((await checkBackup(file, { key })).key).toEqual(key);
  });
});

describe("a restore that is refused", () => {
  const tables = () =>
    connected(
      target,
      async (client) =>
        (await client.query("select relname from pg_class where relnamespace = 'public'::regnamespace")).rows,
    );
  const restored = async (file: string, checkedFile = file, url = target) => {
    const checked = await checkBackup(checkedFile, { key });
    return restoreBackup({ url, file, checked: { ...checked, key } });
  };

  it("leaves an instance that is there as it is", async () => {
    const before = await count(house.db, "nodes");
    await expect(restored(inFolder("whole"), inFolder("whole"), house.url)).rejects.toMatchObject({ code: "conflict" });
    expect(await count(house.db, "nodes")).toBe(before);
  });

  it("leaves nothing behind of rows that do not fit, columns that are not there, or tables that are missing", async () => {
    const data = pieces.findIndex(({ type }) => type === RECORD.data);
    const noise = fileOf(
      forgedWithSums(pieces.toSpliced(data, 1, { type: RECORD.data, payload: deflateRawSync(randomBytes(500)) })),
    );
    await expect(restored(noise)).rejects.toMatchObject({ code: "request-malformed" });
    const columns = withHeader((header) => ((header["tables"] as { columns: Json[] }[])[0]?.columns ?? []).pop());
    await expect(restored(fileOf(forged(columns, key)))).rejects.toMatchObject({ code: "request-malformed" });
    const first = pieces.findIndex(({ type }) => type === RECORD.table);
    const next = pieces.findIndex(({ type }, n) => type === RECORD.table && n > first);
    const fewer = withHeader((header) => (header["tables"] as Json[]).shift()).toSpliced(first, next - first);
    await expect(restored(fileOf(forgedWithSums(fewer)))).rejects.toMatchObject({ code: "request-malformed" });
    expect(await tables()).toEqual([]);
  });

  it("leaves nothing behind of a file that was changed after it was checked, or of a step before the end that failed", async () => {
    const cut = fileOf(whole.subarray(0, whole.length - 1));
    await expect(restored(cut, inFolder("whole"))).rejects.toMatchObject({ code: "request-malformed" });
    const checked = { ...(await checkBackup(inFolder("whole"), { key })), key };
    const beforeCommit = () => {
      throw new Error("the disk is full");
    };
    await expect(restoreBackup({ url: target, file: inFolder("whole"), checked, beforeCommit })).rejects.toThrow(
      "full",
    );
    expect(await tables()).toEqual([]);
  });

  /** As {@link forged} with the key, and with the sums of the tables made anew. */
  function forgedWithSums(parts: readonly Piece[]): Buffer {
    const last = parts.at(-1) as Piece;
    const end = JSON.parse(last.payload.subarray(MAC_BYTES + DIGEST_BYTES).toString()) as Json & { tables: Json[] };
    const streams = new Map<string, Buffer[]>();
    let name = "";
    for (const { type, payload } of parts) {
      if (type === RECORD.table) name = payload.toString();
      if (type === RECORD.table) streams.set(name, []);
      if (type === RECORD.data) streams.get(name)?.push(payload);
    }
    const sums = end.tables.flatMap((sum) => {
      const blocks = streams.get(sum["name"] as string);
      if (blocks === undefined) return [];
      const stream = Buffer.concat(blocks.map((block) => inflateRawSync(block)));
      return [{ ...sum, bytes: stream.length, sha256: createHash("sha256").update(stream).digest("hex") }];
    });
    const payload = Buffer.concat([
      last.payload.subarray(0, MAC_BYTES + DIGEST_BYTES),
      Buffer.from(JSON.stringify({ ...end, tables: sums })),
    ]);
    return forged([...parts.slice(0, -1), { type: RECORD.end, payload }], key);
  }
});

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, inflateSync } from "node:zlib";
import { compress } from "brotli";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAgentBody, decodeAgentBodySync } from "./decode.js";
import { inflateWithin } from "./inflate.js";

const JSON_TEXT = '{"action":"contact","deviceid":"pc-2026-11-22-10-00-00"}';
const XML_TEXT = '<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST><QUERY>PROLOG</QUERY></REQUEST>';
const limits = { bytes: 1 << 20, ratio: 200, freeBytes: 64 << 10 };
/** Both ways, which agree. */
const read = async (body: Buffer, type?: string) => {
  const [later, atOnce] = await Promise.allSettled([
    decodeAgentBody(body, type, limits),
    (async () => decodeAgentBodySync(body, type, limits))(),
  ]);
  expect(atOnce).toEqual(later);
  if (later.status === "rejected") throw later.reason;
  return later.value;
};
const text = async (body: Buffer, type?: string) => (await read(body, type)).bytes.toString();
/** Nothing repeats in it. */
const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff));
const padded = (bytes: number) => Buffer.from(`{"x":"${noise(bytes).toString("base64")}"}`);

describe("an agent's body", () => {
  it.each([
    ["plain JSON", Buffer.from(JSON_TEXT), "application/json", "plain", "json"],
    ["plain XML", Buffer.from(XML_TEXT), "application/xml", "plain", "xml"],
    ["zlib", deflateSync(XML_TEXT), "application/x-compress-zlib", "zlib", "xml"],
    ["OCS's zlib", deflateSync(XML_TEXT), "application/x-compress", "zlib", "xml"],
    ["zlib of the first level", deflateSync(JSON_TEXT, { level: 1 }), undefined, "zlib", "json"],
    ["zlib of a small window", deflateSync(JSON_TEXT, { windowBits: 9 }), undefined, "zlib", "json"],
    ["gzip", gzipSync(JSON_TEXT), "application/x-compress-gzip", "gzip", "json"],
    ["brotli", brotliCompressSync(JSON_TEXT), "application/x-compress-br; q=1", "brotli", "json"],
    ["blanks before it", Buffer.from(`\r\n\t ${JSON_TEXT}`), "application/json", "plain", "json"],
  ])("is unpacked: %s", async (_, body, type, coding, syntax) => {
    expect(await read(body, type)).toMatchObject({ coding, syntax });
    expect((await text(body, type)).trim()).toBe(syntax === "json" ? JSON_TEXT : XML_TEXT);
  });

  it.each([
    ["zlib as JSON", deflateSync(JSON_TEXT), "application/json"],
    ["zlib without a label", deflateSync(JSON_TEXT), undefined],
    ["gzip as zlib", gzipSync(JSON_TEXT), "application/x-compress-zlib"],
    ["plain as zlib", Buffer.from(JSON_TEXT), "application/x-compress-zlib"],
    ["plain as a form", Buffer.from(JSON_TEXT), "application/x-www-form-urlencoded"],
    ["a byte order mark", Buffer.from(`\ufeff${JSON_TEXT}`), "application/json"],
    ["a byte order mark inside", deflateSync(`\ufeff${JSON_TEXT}`), undefined],
  ])("is told by its bytes, not by its label: %s", async (_, body, type) => {
    expect(await text(body, type)).toBe(JSON_TEXT);
  });

  it.each([
    ["nothing", Buffer.alloc(0), "application/json", "request-malformed"],
    ["only blanks", Buffer.from("  \n"), "application/json", "request-malformed"],
    ["a text that is neither", Buffer.from("hello"), "application/json", "request-malformed"],
    ["a list", Buffer.from("[]"), "application/json", "request-malformed"],
    ["zlib, cut off", deflateSync(JSON_TEXT).subarray(0, 30), undefined, "request-malformed"],
    ["zlib without its checksum", deflateSync(JSON_TEXT).subarray(0, -4), undefined, "request-malformed"],
    ["gzip, cut off", gzipSync(JSON_TEXT).subarray(0, 20), undefined, "request-malformed"],
    ["brotli, cut off", brotliCompressSync(JSON_TEXT).subarray(0, 20), "application/x-br", "request-malformed"],
    ["something else as brotli", deflateSync(JSON_TEXT), "application/x-br", "request-malformed"],
    ["zlib in zlib", deflateSync(deflateSync(JSON_TEXT)), undefined, "request-malformed"],
    ["gzip in zlib", deflateSync(gzipSync(JSON_TEXT)), undefined, "request-malformed"],
    [
      "zlib with a dictionary",
      deflateSync(JSON_TEXT, { dictionary: Buffer.from("action") }),
      undefined,
      "request-malformed",
    ],
    ["deflate without a header", deflateRawSync(JSON_TEXT), "application/x-compress-zlib", "request-malformed"],
    ["brotli without a label", brotliCompressSync(JSON_TEXT), undefined, "coding-unsupported"],
    ["a picture", Buffer.from("\x89PNG\r\n"), "image/png", "coding-unsupported"],
    ["plain, too large", Buffer.from(`{${" ".repeat(1 << 20)}}`), undefined, "body-too-large"],
    ["more blanks than any writes", Buffer.alloc(100_000, " "), "application/json", "request-malformed"],
  ])("that is %s is refused", async (_, body, type, code) => {
    await expect(read(body, type)).rejects.toMatchObject({ code });
  });

  it("whose checksum is wrong is refused", async () => {
    const broken = deflateSync(JSON_TEXT);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    await expect(read(broken)).rejects.toMatchObject({ code: "request-malformed" });
  });

  it.each([
    ["zlib", (bytes: Buffer) => deflateSync(bytes), undefined],
    ["gzip", (bytes: Buffer) => gzipSync(bytes), undefined],
    ["brotli", (bytes: Buffer) => brotliCompressSync(bytes), "application/x-br"],
  ])("that is a bomb of %s is refused before it is unpacked", async (_, pack, type) => {
    const bomb = pack(Buffer.alloc(100 << 20, " "));
    const before = process.memoryUsage().arrayBuffers;
    await expect(decodeAgentBody(bomb, type, limits)).rejects.toMatchObject({ code: "body-too-large" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    await expect(decodeAgentBody(bomb, type)).rejects.toMatchObject({ code: "body-too-large" });
  });

  it("may be packed as tightly as it likes, up to what anybody may have", async () => {
    const most = Buffer.from(`{"x":"${" ".repeat(limits.freeBytes - 8)}"}`);
    expect((await read(deflateSync(most))).bytes).toHaveLength(limits.freeBytes);
    await expect(read(deflateSync(Buffer.concat([most, Buffer.from(" ")])))).rejects.toMatchObject({
      code: "body-too-large",
    });
  });

  it.each([
    ["inflated here", 100_000],
    ["handed over for what comes out of it", 5 << 20],
    ["handed over for its own size", 1 << 20],
  ])("of any size is the same: %s", async (_, bytes) => {
    const body = padded(bytes);
    for (const packed of [deflateSync(body), gzipSync(body), deflateSync(body, { level: 0 })])
      expect((await decodeAgentBody(packed, undefined)).bytes.equals(body)).toBe(true);
  });
});

describe("inflating as Node does, and brotli as another encoder has it", () => {
  it("holds for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.integer({ min: 0, max: 9 }), (bytes, level) => {
        const packed = deflateSync(bytes, { level });
        expect(inflateWithin(packed, 5_000)?.equals(inflateSync(packed))).toBe(true);
        expect(inflateWithin(gzipSync(bytes), bytes.length)?.equals(bytes)).toBe(true);
        if (bytes.length > 0) expect(inflateWithin(packed, bytes.length - 1)).toBeUndefined();
      }),
    );
  });

  it("fails for what is cut off, wherever", () => {
    const packed = deflateSync(padded(300));
    for (let length = 0; length < packed.length; length++)
      expect(() => inflateWithin(packed.subarray(0, length), 10_000)).toThrow();
  });

  it("reads what the brotli package writes", async () => {
    const packed = await compress(padded(2_000), { quality: 5 });
    expect((await read(Buffer.from(packed ?? []), "application/x-compress-br")).bytes.equals(padded(2_000))).toBe(true);
  });
});

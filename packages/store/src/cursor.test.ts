import { describe, expect, it } from "vitest";
import {
  cut,
  decodeCursor,
  decodeNumberCursor,
  decodePartCursor,
  decodeTimeCursor,
  encodeCursor,
  isBigint,
} from "./cursor.js";

const ID = "00000000-0000-4000-8000-000000000000";
const AT = "2026-11-20T08:00:00.123Z";
const malformed = expect.objectContaining({ code: "request-malformed", status: 400 });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a cursor", () => {
  it.each(["", "name", "a\"b'c\\", "%_", "🐘", "\r\n", "2026"])(
    "comes back as the name %j that it was made of",
    (name) => {
      expect(decodeCursor(encodeCursor(name, ID))).toEqual([name, ID]);
    },
  );

  it("comes back as the time and the number that it was made of", () => {
    expect(decodeTimeCursor(encodeCursor(AT, "42"))).toEqual([new Date(AT), "42"]);
    expect(decodeTimeCursor(encodeCursor(AT, "9223372036854775807"))).toEqual([new Date(AT), "9223372036854775807"]);
    expect(decodePartCursor(encodeCursor("7", "12"), "7")).toBe(12);
    expect(decodeNumberCursor(encodeCursor("name", "42"))).toEqual(["name", "42"]);
  });

  it("goes through a URL as it is", () => {
    expect(encodeCursor("???>>>~~~ÿÿÿ", ID)).toMatch(/^[\w-]+$/);
  });

  it.each([
    "",
    " ",
    "!",
    "AAAA",
    "null",
    encoded(null),
    encoded([]),
    encoded(["a"]),
    encoded(["a", ID, 1]),
    encoded([1, ID]),
    encoded(["a", 1]),
    encoded([["a"], [ID]]),
    encoded({ 0: "a", 1: ID, length: 2 }),
    "WyJh",
  ])("is refused as %j by all", (cursor) => {
    for (const decode of [
      decodeCursor,
      decodeTimeCursor,
      decodeNumberCursor,
      (text: string) => decodePartCursor(text, "a"),
    ]) {
      expect(() => decode(cursor)).toThrow(malformed);
    }
  });

  it.each([
    ["a name with U+0000", ["a\0", ID]],
    ["half a surrogate pair", ["a\ud800", ID]],
    ["no uuid", ["a", "1"]],
    ["a uuid and more", ["a", `${ID}'`]],
  ])("of a list by name is refused with %s", (_, value) => {
    expect(() => decodeCursor(encoded(value))).toThrow(malformed);
  });

  it.each([
    ["a name with U+0000", ["a\0", "1"]],
    ["no number", ["a", ID]],
    ["a negative number", ["a", "-1"]],
    ["a number that no column holds", ["a", "9223372036854775808"]],
  ])("of a list by name and number is refused with %s", (_, value) => {
    expect(() => decodeNumberCursor(encoded(value))).toThrow(malformed);
  });

  it.each([
    ["no time", ["x", "1"]],
    ["an empty time", ["", "1"]],
    ["a local time", ["2026-11-20T08:00:00.123", "1"]],
    ["a time with an offset", ["2026-11-20T08:00:00.123+00:00", "1"]],
    ["a day that there is not", ["2026-02-30T08:00:00.000Z", "1"]],
    ["a time finer than it gives out", ["2026-11-20T08:00:00.123456Z", "1"]],
    ["a time before PostgreSQL's", ["-271821-04-20T00:00:00.000Z", "1"]],
    ["a time after PostgreSQL's", ["+275760-09-13T00:00:00.000Z", "1"]],
    ["no number", [AT, "a"]],
    ["a number that is too large", [AT, "9223372036854775808"]],
  ])("of a list by time is refused with %s", (_, value) => {
    expect(() => decodeTimeCursor(encoded(value))).toThrow(malformed);
  });

  it.each([
    ["another thing's", ["8", "1"]],
    ["no number", ["7", "x"]],
    ["a number below none", ["7", "-1"]],
    ["a number that is too large", ["7", "1000000000"]],
    ["a fraction", ["7", "1.5"]],
  ])("of parts is refused with %s", (_, value) => {
    expect(() => decodePartCursor(encoded(value), "7")).toThrow(malformed);
  });
});

describe("isBigint", () => {
  it.each(["0", "1", "007", "9223372036854775807"])("takes %s", (text) => expect(isBigint(text)).toBe(true));
  it.each([
    "",
    "-1",
    "+1",
    "1.0",
    "1e3",
    " 1",
    "1 ",
    "1\n",
    "0x1",
    "١",
    "9223372036854775808",
    "9".repeat(20),
    "1".repeat(99),
  ])("refuses %j", (text) => expect(isBigint(text)).toBe(false));
});

describe("cut", () => {
  const placeOf = (n: number): [string, string] => [`key ${n}`, ID];
  it("names the last row of the page where there is more, and nothing where there is not", () => {
    expect(cut([1, 2, 3], 2, placeOf)).toEqual({ page: [1, 2], next: encodeCursor("key 2", ID) });
    expect(cut([1, 2], 2, placeOf)).toEqual({ page: [1, 2], next: null });
    expect(cut([1], 2, placeOf)).toEqual({ page: [1], next: null });
    expect(cut([], 2, placeOf)).toEqual({ page: [], next: null });
  });
});

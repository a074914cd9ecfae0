import { describe, expect, it } from "vitest";
import { openssl } from "../openssl.test.helper.js";
import { DerError, DerReader, only, Tag, within } from "./read.js";
import { time, timeOf, wholeSeconds } from "./time.js";
import { bitsOf, booleanOf, isText, numberOf, oidOf, textOf } from "./values.js";
import {
  bits,
  boolean,
  explicit,
  ia5,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tlv,
  utf8,
} from "./write.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Buffer.from(text, "hex");
const read = (der: Uint8Array) => new DerReader(der).next("It");
const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DerError);
    return (thrown as DerError).message;
  }
  return expect.fail("it was taken");
};

describe("numbers", () => {
  const edges = [0n, 1n, 127n, 128n, 255n, 256n, 32_767n, 32_768n, (1n << 64n) - 1n, 1n << 64n, (1n << 160n) - 1n];
  it.each(edges)("are read as they were written: %s", (value) => {
    expect(numberOf(read(integer(value)), "It")).toBe(value);
  });

  it.each(edges)("are what OpenSSL reads: %s", (value) => {
    const { text } = openssl(["asn1parse", "-inform", "DER", "-in", "n"], { n: integer(value) });
    expect(BigInt(`0x${/INTEGER +:([0-9A-F]+)/.exec(text)?.[1]}`)).toBe(value);
  });

  it("may be negative, for who writes such serials", () => {
    expect([numberOf(read(bytes("0201ff")), "It"), numberOf(read(bytes("0202ff7f")), "It")]).toEqual([-1n, -129n]);
  });

  it.each(["0200", "02020001", "0202ff80", "0101ff", "0400"])("are not %s", (text) => {
    expect(refused(() => numberOf(read(bytes(text)), "It"))).toMatch(/^It is/);
  });

  it("are not of any size", () => {
    expect(refused(() => numberOf(read(tlv(Tag.integer, Buffer.alloc(2101, 1))), "It"))).toBe(
      "It is too large a number.",
    );
  });
});

describe("object identifiers", () => {
  const known = [
    "0.0",
    "1.39.1",
    "2.5.4.3",
    "2.999.1",
    "1.2.840.113549.1.1.11",
    "1.3.6.1.4.1.34380.1.3.39",
    "2.16.840.1.113730.1.13",
  ];
  it.each(known)("are read as they were written: %s", (dotted) => {
    expect(oidOf(read(oid(dotted)), "It")).toBe(dotted);
    const { text } = openssl(["asn1parse", "-inform", "DER", "-in", "n", "-oid", "none"], { n: oid(dotted), none: "" });
    if (!/:[A-Za-z]/.test(text)) expect(text).toContain(`:${dotted}`);
  });

  it("may have arcs beyond what numbers can hold", () => {
    const uuid = "2.25.329800735698586629295641978511506172918";
    expect(oidOf(read(oid(uuid)), "It")).toBe(uuid);
  });

  it.each(["0600", "0602558f", "0603558001", "0c0155"])("are not %s", (text) => {
    expect(refused(() => oidOf(read(bytes(text)), "It"))).toMatch(/^It is not an object|that is not DER/);
  });
});

describe("lengths", () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 20_000_000])("are read as they were written: %s", (length) => {
    const { tag, content, bytes: whole } = read(octets(new Uint8Array(length)));
    expect([tag, content.length]).toEqual([Tag.octets, length]);
    expect(whole.length).toBe(octets(new Uint8Array(length)).length);
  });

  it.each([
    ["3080020100", "It has a length that is not DER."],
    ["308100", "It has a length that is not DER."],
    ["30820080", "It has a length that is not DER."],
    ["3083008000", "It has a length that is not DER."],
    ["3082007f", "It has a length that is not DER."],
    ["308500000000010000", "It has a length that is not DER."],
    ["30ff", "It has a length that is not DER."],
    ["3081", "It has a length that is not DER."],
    ["3005020100", "It is cut off."],
    ["3082", "It has a length that is not DER."],
    ["3084ffffffff", "It is cut off."],
    ["30", "It is missing."],
    ["", "It is missing."],
    ["1f0100", "It has a tag that no certificate has."],
  ])("are not those of %s", (text, says) => {
    expect(refused(() => read(bytes(text)))).toBe(says);
  });
});

describe("the reader", () => {
  const pair = sequence(integer(1), utf8("a"));

  it("takes what it is told to, and nothing else", () => {
    const reader = new DerReader(only(pair, Tag.sequence, "It").content);
    expect(reader.optional(Tag.utf8, "A")).toBeUndefined();
    expect(hex(reader.take(Tag.integer, "A").content)).toBe("01");
    expect(refused(() => reader.end("It"))).toBe("It holds more than it should.");
    expect(refused(() => reader.take(Tag.integer, "B"))).toBe("B has another type than expected.");
    reader.end("It");
    expect(refused(() => reader.next("C"))).toBe("C is missing.");
  });

  it("finds what stands behind", () => {
    expect(refused(() => only(Buffer.concat([pair, Buffer.of(0)]), Tag.sequence, "It"))).toBe(
      "It holds more than it should.",
    );
    expect([...within(read(pair), "It")].map(({ tag }) => tag)).toEqual([Tag.integer, Tag.utf8]);
  });
});

describe("text", () => {
  it.each([
    [utf8("é\u{1f600}"), "é\u{1f600}"],
    [utf8("\ufeffa"), "\ufeffa"],
    [ia5("a@b"), "a@b"],
    [tlv(Tag.printable, Buffer.from("a")), "a"],
    [tlv(Tag.teletex, Buffer.of(0xe9)), "é"],
    [tlv(Tag.bmp, Buffer.from("00e9", "hex")), "é"],
  ])("is decoded", (der, text) => {
    expect(textOf(read(der), "It")).toBe(text);
    expect(isText(read(der))).toBe(true);
  });

  it.each([
    [utf8("a\0"), "It holds a NUL character."],
    [tlv(Tag.bmp, Buffer.from("00610000", "hex")), "It holds a NUL character."],
    [tlv(Tag.utf8, Buffer.of(0xff)), "It is not valid text."],
    [tlv(Tag.utf8, Buffer.from("eda080", "hex")), "It is not valid text."],
    [tlv(Tag.bmp, Buffer.of(0)), "It is not valid text."],
    [tlv(Tag.ia5, Buffer.of(0x80)), "It is not valid text."],
    [integer(1), "It is not text."],
  ])("is refused", (der, says) => {
    expect(refused(() => textOf(read(der), "It"))).toBe(says);
  });
});

describe("bits and booleans", () => {
  it("are read", () => {
    expect(hex(bitsOf(read(bits(Buffer.of(5))), "It"))).toBe("05");
    expect([booleanOf(read(boolean(true)), "It"), booleanOf(read(boolean(false)), "It")]).toEqual([true, false]);
  });

  it("are refused where they are not DER, or no octets", () => {
    expect(refused(() => bitsOf(read(bits(Buffer.of(0xa0), 5)), "It"))).toMatch(/whole octets/);
    expect(refused(() => bitsOf(read(tlv(Tag.bits)), "It"))).toMatch(/whole octets/);
    for (const text of ["010101", "0100", "0102ffff"])
      expect(refused(() => booleanOf(read(bytes(text)), "It"))).toMatch(/not a boolean/);
  });
});

describe("what is written", () => {
  it("is DER to the octet", () => {
    expect(hex(set(nothing()))).toBe("31020500");
    expect(hex(explicit(3, integer(0)))).toBe("a303020100");
    expect(hex(implicit(2, Buffer.from("a")))).toBe("820161");
  });

  it("may have more parts than a call has arguments", () => {
    const parts = Array.from({ length: 200_000 }, () => nothing());
    expect(sequence(...parts.slice(0, 10)).length).toBe(22);
    expect(read(tlv(Tag.sequence, Buffer.concat(parts))).content.length).toBe(400_000);
  });
});

describe("times", () => {
  const at = (iso: string) => new Date(iso);
  it.each([
    ["1950-01-01T00:00:00Z", "500101000000Z"],
    ["2026-11-20T19:38:35Z", "261120193835Z"],
    ["2049-12-31T23:59:59Z", "491231235959Z"],
    ["2050-01-01T00:00:00Z", "20500101000000Z"],
    ["9999-12-31T23:59:59Z", "99991231235959Z"],
  ])("are written with as many digits as RFC 5280 wants: %s", (iso, digits) => {
    const written = read(time(at(iso)));
    expect(Buffer.from(written.content).toString()).toBe(digits);
    expect(written.tag).toBe(digits.length === 13 ? Tag.utcTime : Tag.generalizedTime);
    expect(timeOf(written, "It")).toEqual(at(iso));
  });

  it.each(["1949-12-31T23:59:59Z", "not"])("are not written out of range: %s", (iso) => {
    expect(refused(() => time(at(iso)))).toMatch(/out of what certificates can hold/);
  });

  it("reads the last century", () => {
    expect(timeOf(read(tlv(Tag.utcTime, Buffer.from("991231235959Z"))), "It")).toEqual(at("1999-12-31T23:59:59Z"));
  });

  it.each(["2611201938Z", "261120193835+0000", "261320193835Z", "260231000000Z", "26112019383xZ", "261120196035Z", ""])(
    "does not read %j",
    (digits) => {
      expect(refused(() => timeOf(read(tlv(Tag.utcTime, Buffer.from(digits))), "It"))).toBe("It is not a time.");
    },
  );

  it("are of whole seconds, downwards", () => {
    expect(wholeSeconds(at("2026-11-20T19:38:35.999Z"))).toEqual(at("2026-11-20T19:38:35Z"));
  });
});

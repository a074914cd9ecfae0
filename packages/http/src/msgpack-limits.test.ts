import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { msgpackExceeds } from "./msgpack-limits.js";

const over = (bytes: readonly number[] | Uint8Array, levels = 1e6, values = 1e6) =>
  msgpackExceeds(Uint8Array.from(bytes), { levels, values });

describe("msgpackExceeds", () => {
  const everyType = [
    ...[null, true, 1, 200, 70_000, 5e9, -1, -200, -70_000, -5e9, 1.5],
    ...["a", "a".repeat(40), "a".repeat(300), "a".repeat(70_000)],
    ...[new Uint8Array(3), new Uint8Array(300), new Uint8Array(70_000), new Date(0), new Date(1e12 + 1), new Date(-1)],
    Array.from({ length: 20 }, (_, i) => i),
    Array.from({ length: 70_000 }, () => 0),
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, { i }])),
  ];

  it.each(everyType.map((value) => [encode([value, "end"])]))("finds the end of every type (%#)", (bytes) => {
    expect(over(bytes)).toBe(false);
    // What stands behind it is counted only where the end before it was found: one list too many.
    expect(over([0x92, ...bytes, ...encode([[[[]]]])], 5)).toBe(false);
    expect(over([0x92, ...bytes, ...encode([[[[]]]])], 4)).toBe(true);
  });

  it("counts levels and values to the very one", () => {
    expect(over(encode([[[1, 2]]]), 3, 5)).toBe(false);
    expect(over(encode([[[1, 2]]]), 2, 5)).toBe(true);
    expect(over(encode([[[1, 2]]]), 3, 4)).toBe(true);
    expect(over(encode({ a: 1 }), 1, 3)).toBe(false);
    expect(over(encode({ a: 1 }), 1, 2)).toBe(true);
  });

  it.each([
    ["a list of four thousand million", [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["a map of as many", [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ["a list of one more than there are bytes", [0xdc, 0, 4, 1, 1, 1]],
    ["lists that only together have too many", [0x93, 0x92, 1, 1, 0x93, 1]],
  ])("refuses %s before room is made for it", (_, bytes) => {
    expect(over(bytes, 1e9, 1e9)).toBe(true);
  });

  it.each([[[]], [[0xc1]], [[0xda]], [[0xdb, 0xff, 0xff, 0xff, 0xff]], [[0x92, 0xa2, 1, 1]]])(
    "leaves broken bytes to the decoder: %j",
    (bytes) => {
      expect(over(bytes)).toBe(false);
    },
  );
});

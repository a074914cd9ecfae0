import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dateOf } from "./dates.js";
import { booleanOf, integerOf, megabytesOf, milliOf } from "./scalars.js";

describe("booleanOf", () => {
  it.each([true, 1, "1", "true", "Yes", " on ", "ENABLED", "y"])("takes %j for a yes", (said) => {
    expect(booleanOf(said)).toBe(true);
  });
  it.each([false, 0, "0", "false", "No", "off", "disabled", "n"])("takes %j for a no", (said) => {
    expect(booleanOf(said)).toBe(false);
  });
  it.each(["", "N/A", "maybe", 2, null, undefined, {}, ["1"]])("takes %j for neither", (said) => {
    expect(booleanOf(said)).toBeUndefined();
  });
});

describe("integerOf", () => {
  it.each([
    ["12", 12],
    ["12.0", 12],
    [" 12 ", 12],
    ["1e3", 1000],
    ["12.5", 13],
    ["12,4", 12],
    ["-7", -7],
    ["+7", 7],
    ["-0.4", 0],
    ["007", 7],
    [3.6, 4],
    ["9007199254740991", 9007199254740991],
    ["99999999999999999999", "99999999999999999999"],
    ["+00099999999999999999999", "99999999999999999999"],
  ])("reads %j", (said, number) => {
    expect(integerOf(said)).toBe(number);
  });
  it.each([
    "",
    "abc",
    "12 MB",
    "0x10",
    "1e400",
    "1e99",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    true,
    [1],
    "1".repeat(400),
  ])("reads nothing in %j", (said) => {
    expect(integerOf(said)).toBeUndefined();
  });
});

describe("megabytesOf", () => {
  it.each([
    ["2048", 2048],
    [512, 512],
    ["2048 MB", 2048],
    ["2 GB", 2048],
    ["2GB", 2048],
    ["1.5 GB", 1536],
    ["1,5 Go", 1536],
    ["2097152 KB", 2048],
    ["4096 Mo", 4096],
    ["2 TB", 2097152],
    ["1 GiB", 1024],
    ["2048.5", 2049],
    ["1048576 bytes", 1],
  ])("reads %j", (said, size) => {
    expect(megabytesOf(said)).toBe(size);
  });
  it.each(["", "x", "GB", "-1 GB", "1 XB", "2 GB of RAM", "9".repeat(30), null, {}])("reads nothing in %j", (said) => {
    expect(megabytesOf(said)).toBeUndefined();
  });
});

describe("milliOf", () => {
  it.each([
    ["45 Wh", "Wh", 45000],
    ["45.6 Wh", "Wh", 45600],
    ["45,6 Wh", "Wh", 45600],
    ["45600 mWh", "Wh", 45600],
    ["45600", "Wh", 45600],
    ["45600.0", "Wh", 45600],
    [45600, "Wh", 45600],
    ["11.4 V", "V", 11400],
    ["11400 mV", "V", 11400],
  ] as const)("reads %j", (said, unit, milli) => {
    expect(milliOf(said, unit)).toBe(milli);
  });
  it.each(["x", "", "11.4 V", "-1 Wh", null])("reads no energy in %j", (said) => {
    expect(milliOf(said, "Wh")).toBeUndefined();
  });
});

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const table = join(shared, "data/glpi/converter-scalars.json");
if (!existsSync(table))
  console.warn(`no ${table}: the comparison with the public converter is skipped (set GATEHOUSE_SHARED)`);

describe.skipIf(!existsSync(table))("where the public converter reads a value", () => {
  type Table = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const said: Table = existsSync(table) ? JSON.parse(readFileSync(table, "utf8")) : {};
  const read = {
    date: (text: string) => dateOf(text),
    battery: (text: string) => milliOf(text, "Wh"),
    voltage: (text: string) => milliOf(text, "V"),
    memory: (text: string) => megabytesOf(text),
  };
  /** Its faults, which are not copied, and what it refuses and we read. */
  const ours = new Map<string, unknown>([
    ...([
      ["04/25/2013", "2013-04-25"],
      ["12/31/2020 10:00:00", "2020-12-31"],
      ["2022-21-09 05:21:23", "2022-09-21"],
      ["2025/04/20 00:00:00", "2025-04-20"],
      ["1970-00-01", undefined],
      ["hello", undefined],
      ["1.5 GB", 1536],
      ["2048.5", 2049],
      ["4096 Mo", 4096],
      ["45,6 Wh", 45600],
      ["11,4 V", 11400],
    ] as const),
  ]);
  const rows = Object.entries(read).flatMap(([kind, readOne]) =>
    Object.entries(said[kind] ?? {}).map(([text, theirs]) => {
      const value = Array.isArray(theirs) ? theirs[0] : theirs;
      const wanted = ours.has(text) ? ours.get(text) : value === null || value === false ? undefined : value;
      return [kind, text, wanted, readOne] as const;
    }),
  );
  it.each(rows)("so do we: %s %s", (_, text, wanted, readOne) => {
    expect(readOne(text)).toBe(wanted);
  });
  it("all that was listed as different is in its table", () => {
    const texts = new Set(rows.map(([, text]) => text));
    expect([...ours.keys()].filter((text) => !texts.has(text))).toEqual([]);
  });
});

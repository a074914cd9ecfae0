import { describe, expect, it } from "vitest";
import type { EvidenceKind } from "../types.js";
import { normalise } from "./normalise.js";
import { junkMacs, junkNames, junkSerials, junkUuids } from "./rules.js";

const one = (kind: EvidenceKind, value: string) => {
  const { items, ignored } = normalise([{ kind, value }]);
  return items[0]?.value ?? ignored[0]?.why;
};

describe("normalise", () => {
  it.each<[EvidenceKind, string, string]>([
    ["uuid", "{4C4C4544-0042-3510-8054-B7C04F4E3332}", "44454c4c-4200-1035-8054-b7c04f4e3332"],
    ["uuid", "44454c4c420010358054b7c04f4e3332", "44454c4c-4200-1035-8054-b7c04f4e3332"],
    ["uuid", "not-a-uuid", "no uuid"],
    ["uuid", "11111111-1111-1111-1111-111111111111", "one byte repeated"],
    ["serial", " cn-7079 209 ", "cn7079209"],
    ["serial", "VMware-42 1f 3c", "vmware421f3c"],
    ["serial", "abc", "too short for a serial"],
    ["serial", "XXXXXXXX", "one character repeated"],
    ["serial", "12345678", "counted up"],
    ["serial", "To be filled by o.e.m", "a maker's placeholder"],
    ["mac", "3C-EC-EF-12-34-56", "3cecef123456"],
    ["mac", "3cec.ef12.3456", "3cecef123456"],
    ["mac", "3cecef123456", "3cecef123456"],
    ["mac", "3c:ec:ef:12:34", "no MAC"],
    ["mac", "<3cecef123456>", "no MAC"],
    ["mac", "01:00:5e:00:00:01", "of a group"],
    ["mac", "00:00:00:00:00:00", "one byte repeated"],
    ["mac", "02:42:0a:00:00:01", "of docker"],
    ["name", "CORP\\WEB01", "web01"],
    ["name", "Web01.Example.Org.", "web01.example.org"],
    ["name", "10.0.0.5", "an address, no name"],
    ["name", "localhost.example.org", "a name that many have"],
    ["name", "...", "no name"],
    ["address", "192.0.2.7", "192.0.2.7"],
    ["address", "192.0.2.700", "no address"],
    ["address", "::ffff:192.0.2.7", "192.0.2.7"],
    ["address", "2001:DB8:0:0::1", "2001:db8::1"],
    ["address", "2001:db8::1%eth0", "2001:db8::1"],
    ["address", "FE80::1%5", "link-local"],
    ["address", "febf::1", "link-local"],
    ["address", "::1", "loopback"],
    ["address", "169.254.7.7", "link-local"],
    ["address", "239.1.1.1", "of a group"],
    ["address", "ff02::1", "of a group"],
    ["address", "1]@evil/", "no address"],
  ])("%s %s: %s", (kind, value, expected) => {
    expect(one(kind, value)).toBe(expected);
  });

  it("takes nothing of the lists of junk for evidence, however it is written", () => {
    const lists: [EvidenceKind, readonly string[]][] = [
      ["serial", junkSerials],
      ["uuid", junkUuids],
      ["mac", junkMacs.map(([prefix]) => prefix.padEnd(12, "1"))],
      ["name", junkNames],
    ];
    for (const [kind, values] of lists)
      for (const value of values)
        for (const written of [value, value.toUpperCase(), ` ${value} `])
          expect(normalise([{ kind, value: written }]).items, written).toEqual([]);
  });

  it("says each thing once, as it is proven best", () => {
    const value = "10.0.0.5";
    expect(
      normalise([
        { kind: "address", value },
        { kind: "address", value, proof: "observed" },
        { kind: "address", value: "::ffff:10.0.0.5" },
      ]).items,
    ).toEqual([{ kind: "address", value, key: value, proof: "observed" }]);
  });

  it("finds short, long and cut forms of a name by one key", () => {
    const keys = ["BERLIN-DATABASE", "berlin-database-01", "berlin-database-01.example.org"].map(
      (value) => normalise([{ kind: "name", value }]).items[0]?.key,
    );
    expect(keys).toEqual(["berlin-database", "berlin-database", "berlin-database"]);
  });

  it("is bounded: in what is said of each thing, and of how many", () => {
    const { items, ignored } = normalise([{ kind: "name", value: "x".repeat(1_000_000) }]);
    expect([items, ignored[0]?.why, ignored[0]?.value.length]).toEqual([[], "too long", 255]);
    const many = Array.from({ length: 5_000 }, (_, i) => ({ kind: "serial", value: `SER-${i}-X` }) as const);
    expect(normalise(many).items).toHaveLength(200);
  });

  it.each(["__proto__", "constructor", "toString"])("takes %s for a name like others", (value) => {
    expect(one("name", value)).toBe(value.toLowerCase());
  });
});

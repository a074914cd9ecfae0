import { describe, expect, it } from "vitest";
import { evidenceOfFacts } from "./facts-evidence.js";

const UUID = "4c4c4544-0051-3610-8052-c8c04f4e4232";
const said = (facts: Parameters<typeof evidenceOfFacts>[0]) =>
  evidenceOfFacts(facts).map(({ kind, value }) => `${kind} ${value}`);

describe("what facts tell of their machine", () => {
  it("is its names, board and cards", () => {
    const facts = {
      dmi: { product: { uuid: UUID, serial_number: "CN7079209" } },
      networking: {
        fqdn: "web01.example.org",
        hostname: "web01",
        mac: "52:54:00:12:34:56",
        interfaces: { eth0: { mac: "52:54:00:12:34:56" }, eth1: { mac: "3c:ec:ef:00:00:01" }, lo: { ip: "127.0.0.1" } },
      },
    };
    expect(said(facts)).toEqual([
      "name web01.example.org",
      "name web01",
      `uuid ${UUID}`,
      "serial CN7079209",
      "mac 52:54:00:12:34:56",
      "mac 3c:ec:ef:00:00:01",
    ]);
    // Nothing of it is proven: a fact is a file that the agent reads.
    expect(evidenceOfFacts(facts).every(({ proof }) => proof === undefined)).toBe(true);
  });

  it("is the same when containers come and go", () => {
    const of = (interfaces: Record<string, { mac: string }>) => said({ networking: { interfaces } });
    const card = { eth0: { mac: "3c:ec:ef:00:00:01" } };
    expect(of({ ...card, veth1a2b: { mac: "7e:11:22:33:44:55" }, docker0: { mac: "02:42:ac:11:00:01" } })).toEqual(
      of(card),
    );
  });

  it("is read by the flat names of old agents, where the others are missing", () => {
    const flat = { fqdn: "a.example.org", hostname: "a", uuid: UUID, serialnumber: "SN-1" };
    expect(said({ ...flat, macaddress: "3c:ec:ef:00:00:01", macaddress_eth1: "3c:ec:ef:00:00:02" })).toEqual([
      ...[
        "name a.example.org",
        "name a",
        `uuid ${UUID}`,
        "serial SN-1",
        "mac 3c:ec:ef:00:00:01",
        "mac 3c:ec:ef:00:00:02",
      ],
    ]);
    expect(said({ ...flat, networking: { fqdn: "b.example.org" } })[0]).toBe("name b.example.org");
  });

  it("is nothing where facts have other shapes, however many they are", () => {
    const odd: unknown[] = [null, 1, "x", [], ["x"], { product: 7, interfaces: ["x"] }, { product: { uuid: {} } }];
    for (const value of odd)
      expect(said({ dmi: value, networking: value, fqdn: 7, uuid: null, macaddress_x: [] } as never)).toEqual([]);
    expect(said(JSON.parse('{"__proto__": {"fqdn": "x"}, "networking": {"__proto__": {"fqdn": "x"}}}'))).toEqual([]);
    const interfaces = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [
        `e${i}`,
        { mac: `3c:ec:ef:00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}` },
      ]),
    );
    expect(said({ networking: { interfaces } })).toHaveLength(64);
  });
});

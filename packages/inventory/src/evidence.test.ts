import type { Evidence } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { evidenceOf, isOther } from "./evidence.js";
import { factOf, noMessages, said } from "./recordings.test.helper.js";

describe("evidenceOf", () => {
  it("finds what tells a machine from others", () => {
    const content = {
      hardware: { name: "web01", uuid: "4C4C4544-0044-4A10-8052-B7C04F4E3132" },
      bios: { ssn: "ABC1234", msn: "BOARD-1", mmodel: "x" },
      operatingsystem: { fqdn: "web01.example.org" },
      networks: [
        { mac: "00:1A:2B:3C:4D:5E", ipaddress: "192.0.2.7", ipaddress6: "2001:db8::7", type: "ethernet" },
        { mac: "00:1A:2B:3C:4D:5E", ipaddress: "192.0.2.8" },
        { mac: "52:54:00:00:00:01", virtualdev: true },
        { mac: "00:00:00:00:00:00", type: "loopback", ipaddress: "127.0.0.1" },
        "nonsense",
      ],
    };
    expect(evidenceOf(content)).toEqual([
      { kind: "name", value: "web01.example.org" },
      { kind: "name", value: "web01" },
      { kind: "uuid", value: "4C4C4544-0044-4A10-8052-B7C04F4E3132" },
      { kind: "serial", value: "ABC1234" },
      { kind: "serial", value: "BOARD-1" },
      { kind: "mac", value: "00:1A:2B:3C:4D:5E" },
      { kind: "address", value: "192.0.2.7" },
      { kind: "address", value: "2001:db8::7" },
      { kind: "address", value: "192.0.2.8" },
      { kind: "address", value: "127.0.0.1" },
    ]);
  });

  it("takes so many addresses and no more, however many are said", () => {
    const ips = Array.from({ length: 199_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(evidenceOf({ network_device: { ips } })).toHaveLength(100);
    expect(evidenceOf({ networks: ips.map((ipaddress) => ({ ipaddress })) })).toHaveLength(100);
  });

  it("takes virtual cards where there are no others", () => {
    expect(
      evidenceOf({
        networks: [
          { mac: "52:54:00:00:00:01", virtualdev: true },
          { mac: "", type: "ethernet" },
        ],
      }),
    ).toEqual([{ kind: "mac", value: "52:54:00:00:00:01" }]);
  });

  it("reads what is not repaired yet, as XML has it", () => {
    const card = { macaddr: "00:1A:2B:3C:4D:5E", virtualdev: "0", type: "Ethernet" };
    const lo = { macaddr: "00:1A:2B:00:00:00", type: "Local" };
    expect(evidenceOf({ networks: [card, lo, { ...card, macaddr: "52:54:00:00:00:01", virtualdev: "1" }] })).toEqual([
      { kind: "mac", value: "00:1A:2B:3C:4D:5E" },
    ]);
    expect(evidenceOf({ networks: card })).toEqual([{ kind: "mac", value: "00:1A:2B:3C:4D:5E" }]);
  });

  it("knows a device of the network by its serial, its MACs and addresses", () => {
    const ports = Array.from({ length: 500 }, (_, i) => ({ mac: `00:1a:2b:00:${Math.trunc(i / 100)}0:${i % 90}` }));
    const found = evidenceOf({
      network_device: {
        name: "sw1",
        serial: "FOC1234",
        mac: "00:1a:2b:00:00:01",
        ips: ["192.0.2.1", 7],
        type: "Networking",
      },
      network_ports: ports,
    });
    expect(found.slice(0, 3)).toMatchObject([{ kind: "name" }, { kind: "serial", value: "FOC1234" }, { kind: "mac" }]);
    expect(found.filter(({ kind }) => kind === "mac").length).toBeLessThanOrEqual(65);
    expect(found.at(-1)).toEqual({ kind: "address", value: "192.0.2.1" });
  });

  it.each([
    {},
    { hardware: [], bios: "x", networks: {}, network_device: { ips: "a" } },
    { hardware: { name: 7, uuid: null } },
  ])("finds nothing in %j", (content) => {
    expect(evidenceOf(content)).toEqual([]);
  });
});

describe("isOther", () => {
  const name = (value: string): Evidence => ({ kind: "name", value });
  const uuid = (value: string): Evidence => ({ kind: "uuid", value: `4c4c4544-0044-4a10-8052-b7c04f4e${value}` });
  const serial = (value: string): Evidence => ({ kind: "serial", value });
  const mac = (value: string): Evidence => ({ kind: "mac", value: `00:1a:2b:3c:4d:${value}` });
  const address = (value: string): Evidence => ({ kind: "address", value });
  const web = [name("web01"), uuid("3132"), serial("ABC1234"), mac("01"), mac("02"), address("192.0.2.1")];

  it.each<[string, Evidence[], Evidence[]]>([
    ["all of it is the same", web, web],
    ["nothing is known", [], web],
    ["nothing is said", web, []],
    ["only the name is another", web, [name("db01"), ...web.slice(1)]],
    ["the mainboard is another: its serial stays", web, [name("web01"), uuid("0000"), serial("abc 1234"), mac("77")]],
    ["a card is another", web, [name("web01"), uuid("3132"), mac("77")]],
    ["the card is the one that was known", web, [uuid("0000"), serial("XYZ9999"), mac("02")]],
    ["the uuid is written in the other order", [uuid("3132")], [{ kind: "uuid", value: "4445-" }, ...web]],
    ["only the name and nothing else is said", web, [name("db01")]],
    [
      "the name is another, at the same address",
      [name("a1"), address("192.0.2.1")],
      [name("b1"), address("192.0.2.1")],
    ],
    [
      "the address is another, of the same name",
      [name("a1"), address("192.0.2.1")],
      [name("A1.example.org"), address("192.0.2.9")],
    ],
    ["what differs are placeholders", [serial("ABC1234")], [serial("To be filled by O.E.M.")]],
  ])("not where %s", (_, known, now) => {
    expect(isOther(known, now)).toBe(false);
  });

  it.each<[string, Evidence[], Evidence[]]>([
    ["uuid, serial and MACs are others", web, [name("web01"), uuid("0000"), serial("XYZ9999"), mac("77")]],
    ["the one kind that both have is another", [serial("ABC1234"), mac("01")], [serial("XYZ9999"), uuid("0000")]],
    [
      "name and addresses are others, and nothing harder is known",
      [name("a1"), address("192.0.2.1")],
      [name("b1"), address("192.0.2.9"), uuid("0000")],
    ],
  ])("where %s", (_, known, now) => {
    expect(isOther(known, now)).toBe(true);
  });

  it.skipIf(noMessages)("tells an ESX host from its collector, which has the same deviceid", () => {
    const collector = factOf(said("captured/fusioninventory-2.6-full.converted.json"));
    const host = factOf(said("captured/fusioninventory-2.6-esx.converted.json"));
    const again = factOf(said("captured/glpi-agent-1.12-partial-postponed.json"));
    expect(isOther(collector.evidence, host.evidence)).toBe(true);
    expect(isOther(host.evidence, collector.evidence)).toBe(true);
    expect(isOther(collector.evidence, again.evidence)).toBe(false);
  });
});

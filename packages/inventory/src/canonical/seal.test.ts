import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, entries, sectionNames, shuffled } from "./content.test.helper.js";
import { seal } from "./seal.js";

describe("seal", () => {
  it("is the same whatever the order of entries and keys", () => {
    fc.assert(
      fc.property(sectionNames, contents, fc.nat(30), (section, content, seed) => {
        expect(seal(section, shuffled(content, seed))).toEqual(seal(section, content));
      }),
      { numRuns: 1000 },
    );
  });

  it("changes nothing of what is sealed", () => {
    fc.assert(
      fc.property(sectionNames, contents, (section, content) => {
        const sealed = seal(section, content);
        const again = seal(section, sealed.content);
        expect(again).toEqual(sealed);
        expect(JSON.stringify(again.content)).toBe(JSON.stringify(sealed.content));
        // A database gives keys back in an order of its own.
        expect(seal(section, JSON.parse(JSON.stringify(shuffled(sealed.content, 5))))).toEqual(sealed);
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves what it was given as it was, and loses nothing", () => {
    fc.assert(
      fc.property(fc.array(entries), (content) => {
        const before = JSON.stringify(content);
        const sealed = seal("softwares", content);
        expect(JSON.stringify(content)).toBe(before);
        expect((sealed.content as unknown[]).length).toBe(content.length);
        expect(JSON.stringify(sealed.content).toLowerCase().length).toBe(before.length);
      }),
    );
  });

  it("reads what lasts in an order that what does not cannot change", () => {
    const drives = (free: readonly number[]) => [
      { type: "/", total: 2, free: free[0] },
      { type: "/", total: 1, free: free[1] },
    ];
    const [one, other] = [seal("drives", drives([1, 2])), seal("drives", drives([2, 1]))];
    expect([one.quiet === other.quiet, one.exact === other.exact]).toEqual([true, false]);
  });

  it("tells two contents apart that say something else", () => {
    const entry = { name: "openssl", version: "3.0.11" };
    const { exact, quiet } = seal("softwares", [entry]);
    const other = seal("softwares", [{ ...entry, version: "3.0.12" }]);
    expect(exact).toMatch(/^[0-9a-f]{64}$/);
    expect([exact === other.exact, quiet === other.quiet]).toEqual([false, false]);
    expect(seal("softwares", [entry, entry]).exact).not.toBe(exact);
    expect(seal("softwares", [entry]).exact).toBe(exact);
  });

  it.each<[string, unknown, unknown]>([
    ["drives", [{ type: "/", free: 1 }], [{ type: "/", free: 2 }]],
    ["hardware", { name: "a", etime: 1, lastloggeduser: "x" }, { name: "a", datelastloggeduser: "y" }],
    ["processes", [{ cmd: "a", pid: 1, user: "b" }], []],
    ["users", [{ login: "a" }], [{ login: "b" }]],
    ["operatingsystem", { name: "a", boot_time: "1" }, { name: "a", boot_time: "2" }],
    ["versionprovider", { name: "a", etime: 1 }, { name: "a", etime: 2 }],
    ["networks", [{ description: "w", type: "wifi", speed: "54" }], [{ description: "w", type: "wifi", speed: "866" }]],
    ["network_ports", [{ ifnumber: 1, ifinbytes: 1, connections: [{ mac: ["a"] }] }], [{ ifnumber: 1, ifinbytes: 2 }]],
    [
      "virtualmachines",
      [{ name: "a", operatingsystem: { name: "b", boot_time: "1" } }],
      [{ name: "a", operatingsystem: { name: "b" } }],
    ],
    [
      "databases_services",
      [{ name: "a", databases: [{ name: "b", size: 1 }] }],
      [{ name: "a", databases: [{ name: "b", size: 2 }] }],
    ],
    ["pagecounters", { total: 1 }, { total: 2 }],
  ])("%s is quiet where only what is momentary differs", (section, before, after) => {
    const [old, now] = [seal(section, before), seal(section, after)];
    expect([old.quiet === now.quiet, old.exact === now.exact]).toEqual([true, false]);
  });

  it.each<[string, unknown, unknown]>([
    [
      "networks",
      [{ description: "e", type: "ethernet", speed: "100" }],
      [{ description: "e", type: "ethernet", speed: "1000" }],
    ],
    ["network_ports", [{ ifnumber: 1, lldp: true, connections: [{ sysname: "a" }] }], [{ ifnumber: 1, lldp: true }]],
    ["drives", [{ type: "/", total: 1 }], [{ type: "/", total: 2 }]],
    ["physical_volumes", [{ device: "a", pv_uuid: "Ab" }], [{ device: "a", pv_uuid: "aB" }]],
    ["versionclient", "GLPI-Agent_v1.11", "GLPI-Agent_v1.12"],
  ])("%s is not where something lasting does", (section, before, after) => {
    expect(seal(section, before).quiet).not.toBe(seal(section, after).quiet);
  });

  it.each<[string, unknown, unknown]>([
    ["networks", [{ mac: "00:1A:2B:3C:4D:5E" }], [{ mac: "00:1a:2b:3c:4d:5e" }]],
    ["hardware", { uuid: "4C4C4544" }, { uuid: "4c4c4544" }],
    ["local_groups", [{ name: "a", members: ["b", "c"] }], [{ name: "a", members: ["c", "b"] }]],
    ["network_ports", [{ connections: [{ mac: ["AA", "BB"] }] }], [{ connections: [{ mac: ["bb", "aa"] }] }]],
  ])("%s is the same in both ways of writing it", (section, one, other) => {
    expect(seal(section, one)).toEqual(seal(section, other));
  });
});

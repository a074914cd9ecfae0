import { describe, expect, it } from "vitest";
import { evidenceSaid } from "./evidence.js";

describe("evidenceSaid", () => {
  it("takes cards, addresses and the host's name out of the first report of a run", () => {
    const said = evidenceSaid({
      HostName: "CLIENT",
      MACAddresses: ["00-0C-29-11-E7-D5", "00-0C-29-11-E7-D5", ""],
      IPV4Addresses: ["192.0.2.7", "127.0.0.1"],
      IPV6Addresses: ["FE80::1%3", "::1", "nonsense"],
    });
    expect(said).toEqual([
      { kind: "name", value: "CLIENT" },
      { kind: "address", value: "192.0.2.7" },
      { kind: "address", value: "fe80::1" },
      { kind: "mac", value: "00-0C-29-11-E7-D5" },
    ]);
  });

  it.each([
    ["nothing", {}],
    ["no list", { MACAddresses: "00-0C-29-11-E7-D5" }],
    ["an empty one", { MACAddresses: [], HostName: "CLIENT" }],
    ["other things", { MACAddresses: [null, {}, ["x"], "(null)"] }],
    ["what an object inherits", Object.create({ MACAddresses: ["00-0C-29-11-E7-D5"] })],
  ])("is not there for %s", (_, status) => {
    expect(evidenceSaid(status)).toBeUndefined();
  });

  it("is bounded", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `mac ${i} ${"x".repeat(10_000)}`);
    const said = evidenceSaid({ MACAddresses: many, HostName: "h".repeat(10_000) });
    expect(said).toHaveLength(65);
    expect(Math.max(...(said ?? []).map(({ value }) => value.length))).toBe(255);
  });
});

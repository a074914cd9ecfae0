import { describe, expect, it } from "vitest";
import { glpiContent, legacyContent } from "./content.js";
import { machineOf } from "./machine.js";
import { ocsContent } from "./ocs-content.js";
import { requestXml } from "./xml.js";

const now = new Date("2026-02-28T09:15:00Z");
const machine = (name: string, runs = 0) => machineOf({ name, runs, now });
const provider = { versionClient: "GLPI-Agent_v1.12", name: "GLPI", version: "1.12", args: "" };
const openssl = (name: string, runs: number) =>
  machine(name, runs).packages.find((one) => one.name === "openssl")?.version;

describe("a made-up machine", () => {
  it("is the same for the same seed, and another one for another", () => {
    expect(machine("web01")).toEqual(machine("web01"));
    const [a, b] = [machine("web01"), machine("web02")];
    for (const key of ["uuid", "serial"] as const) expect(a[key]).not.toBe(b[key]);
    expect(a.interfaces[0]?.mac).not.toBe(b.interfaces[0]?.mac);
    expect(a.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(a.interfaces[0]?.mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  });

  it("changes a little from run to run", () => {
    const [before, after] = [machine("web01", 0), machine("web01", 1)];
    expect(after.drives[0]?.free).not.toBe(before.drives[0]?.free);
    expect(after.processes).not.toEqual(before.processes);
    const changed = after.packages.filter(({ version }, index) => version !== before.packages[index]?.version);
    expect(changed.map(({ name }) => name)).toEqual(["openssl"]);
    expect(openssl("web01", 2)).toBe(openssl("web01", 1));
    expect(machine("web01", 3).packages).not.toEqual(after.packages);
    expect({ ...after, packages: [], processes: [], drives: [] }).toEqual({
      ...before,
      packages: [],
      processes: [],
      drives: [],
    });
  });

  it("has as much to say as real ones", () => {
    const one = machine("web01");
    expect(one.packages.length).toBeGreaterThan(950);
    expect(one.packages.length).toBeLessThan(1150);
    const compact = JSON.stringify(glpiContent(one, provider)).length;
    expect(compact).toBeGreaterThan(130_000);
    expect(compact).toBeLessThan(200_000);
    const legacy = requestXml({ content: legacyContent(one, provider) }).length;
    expect(legacy).toBeGreaterThan(250_000);
    expect(legacy).toBeLessThan(340_000);
    const ocs = requestXml({ content: ocsContent(one) }).length;
    expect(ocs).toBeGreaterThan(350_000);
    expect(ocs).toBeLessThan(460_000);
  });
});

describe("XML as agents write it", () => {
  it("has names in upper case, lists as repeated elements, and no raw markup", () => {
    const text = requestXml({ query: "X", content: { softwares: [{ name: "a<b>&c" }, { name: "" }], up: true } });
    expect(text).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<REQUEST>",
        "  <CONTENT>",
        "    <SOFTWARES>",
        "      <NAME>a&lt;b&gt;&amp;c</NAME>",
        "    </SOFTWARES>",
        "    <SOFTWARES>",
        "      <NAME />",
        "    </SOFTWARES>",
        "    <UP>1</UP>",
        "  </CONTENT>",
        "  <QUERY>X</QUERY>",
        "</REQUEST>",
        "",
      ].join("\n"),
    );
  });
});

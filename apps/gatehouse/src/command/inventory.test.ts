import type { Inventory } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";
import { csvOf } from "./inventory-csv.js";

const sections = (contents: Readonly<Record<string, unknown>>) =>
  Object.entries(contents).map(([name, content]) => ({ name, content, changedAt: AT }));
const inventory = (contents: Readonly<Record<string, unknown>>, more: Partial<Inventory> = {}): Inventory => ({
  agentId: "a-1",
  isCollected: false,
  deviceId: "web01-2026-02-28-09-15-00",
  itemType: "Computer",
  tag: null,
  versionClient: "GLPI-Agent_v1.12",
  isComplete: true,
  seenAt: AT,
  changedAt: AT,
  fullAt: AT,
  repairs: [],
  sections: sections(contents),
  ...more,
});
const SOFTWARES = [
  { name: "openssl", version: "3.0.11", filesize: 12 },
  { name: "bash", version: "5.2", arch: "amd64" },
];
const lines = (out: string) => out.split("\n").map((line) => line.split(/ {2,}/));

describe("gatehouse inventory show", () => {
  const shown = async (one: Inventory | readonly Inventory[], ...args: string[]) => {
    const { gatehouse, asked } = await gatewayOf({ "GET /nodes/web01/inventory": { inventories: [one].flat() } });
    return { ...(await gatehouse(["inventory", "show", "web01", ...args])), asked };
  };

  it("is a summary, with what was repaired", async () => {
    const { out } = await shown(
      inventory(
        {
          bios: { smanufacturer: "Dell Inc.", smodel: "R650", ssn: "S1" },
          hardware: { uuid: "u-1", memory: 16384, swap: 512, vmsystem: "KVM" },
          operatingsystem: { full_name: "Debian 12", kernel_version: "6.1", arch: "x86_64" },
          cpus: [
            { name: "Xeon", core: 8 },
            { name: "Xeon", core: 8 },
          ],
          drives: [{ type: "/", volumn: "/dev/sda2", filesystem: "ext4", total: 2_097_152, free: 900 }],
          networks: [{ description: "eth0", mac: "02:00:00:00:00:01", ipaddress: "192.0.2.7", status: "up" }],
          softwares: SOFTWARES,
          processes: [{}, {}, {}],
        },
        {
          tag: "site-a",
          isComplete: false,
          repairs: [
            { path: "softwares[3].install_date", did: "dropped", why: "It is no date.", was: "soon", times: 2 },
          ],
        },
      ),
    );
    const said = lines(out).map((words) => words.filter((word) => word !== ""));
    for (const line of [
      ["device", "web01-2026-02-28-09-15-00"],
      ["said by", "GLPI-Agent_v1.12"],
      ["tag", "site-a"],
      ["complete", "no: some of it is missing, and all of it has been asked for"],
      ["hardware", "Dell Inc. R650"],
      ["serial", "S1"],
      ["runs on", "KVM"],
      ["system", "Debian 12 x86_64"],
      ["cpus", "2 x Xeon, 8 cores"],
      ["memory", "16.0 GiB"],
      ["swap", "512 MiB"],
      ["packages", "2"],
      ["also", "3 processes"],
      ["/", "/dev/sda2", "ext4", "2.0 TiB", "900 MiB"],
      ["eth0", "02:00:00:00:00:01", "192.0.2.7", "up"],
      ["softwares[3].install_date", "dropped", "2", "It is no date.", "soon"],
    ])
      expect(said).toContainEqual(line);
  });

  it("is a line or two where an agent says next to nothing, and keeps its words off the terminal", async () => {
    const { out } = await shown(
      inventory({ hardware: null, cpus: "x", drives: [1, null], bios: { ssn: "\u001b[2J" } }, { isCollected: true }),
    );
    expect(out).toContain("which looked at it from outside");
    expect(out).not.toContain("\u001b");
    expect(out).not.toMatch(/Drives|memory|packages/);
  });

  it("has sections in full, lists as tables and the name first", async () => {
    const { out, asked } = await shown(inventory({ softwares: SOFTWARES }), "--section", "softwares");
    expect(lines(out)).toEqual([
      ["NAME", "VERSION", "ARCH", "FILESIZE"],
      ["openssl", "3.0.11", "-", "12"],
      ["bash", "5.2", "amd64", "-"],
      [""],
    ]);
    expect(asked).toEqual([["GET /nodes/web01/inventory?sections=softwares"]]);
    const both = await shown(
      inventory({ bios: { ssn: "S1" }, envs: [] }),
      ...["--section", "bios", "--section", "envs", "--section", "modems"],
    );
    expect(both.out).toBe("bios\n  ssn  S1\n\nenvs\n  There is none.\n\nmodems\n  It says nothing of this.\n");
    expect(both.asked).toEqual([["GET /nodes/web01/inventory?sections=bios%2Cenvs%2Cmodems"]]);
  });

  it("is JSON for programs", async () => {
    const one = inventory({ softwares: SOFTWARES });
    expect((await shown(one, "--json")).json).toEqual({ inventories: [one] });
  });

  it("says that there is none", async () => {
    const problem = aProblem(404, "not-found", "No inventory of web01 has come yet.");
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/inventory": problem });
    expect(await gatehouse(["inventory", "show", "web01"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("No inventory of web01 has come yet."),
    });
  });
});

describe("gatehouse inventory diff", () => {
  const change = (at: string, path: string) => ({ at, subject: "inventory", source: "inventory", path, after: 1 });

  it("of one node is its changes, newest first, since a time, in a section", async () => {
    const pages: Record<string, object> = {
      first: {
        changes: [
          change("2026-03-01T10:00:00.000Z", "softwares.openssl.version"),
          change("2026-03-01T09:00:00.000Z", "bios.ssn"),
        ],
        next: "c",
      },
      c: {
        changes: [
          change("2026-02-28T10:00:00.000Z", "softwares.bash"),
          change("2026-01-01T10:00:00.000Z", "softwares.vim"),
        ],
        next: "d",
      },
    };
    const { gatehouse, asked } = await gatewayOf({
      "GET /nodes/web01/history": (target) => pages[/after=(\w)/.exec(target)?.[1] ?? "first"] ?? {},
    });
    const { json } = await gatehouse([
      "inventory",
      "diff",
      "web01",
      "--since",
      "2026-02-01",
      "--section",
      "softwares",
      "--all",
      "--json",
    ]);
    expect(json.changes.map(({ path }: { path: string }) => path)).toEqual([
      "softwares.openssl.version",
      "softwares.bash",
    ]);
    expect(json.next).toBeNull();
    expect(asked).toHaveLength(2);
    expect(asked[0]?.[0]).toBe("GET /nodes/web01/history?limit=500&subject=inventory");
  });

  const found = {
    node: { nodeId: "1", nodeName: "web01", seenAt: AT },
    other: { nodeId: "2", nodeName: "web02", seenAt: AT },
    differences: [
      { path: "softwares.openssl.version", node: "3.0.11", other: "3.0.16" },
      { path: "modems.a", other: {} },
    ],
  };

  it("of two nodes is what differs", async () => {
    const { gatehouse, asked } = await gatewayOf({ "GET /nodes/web01/inventory/differences": found });
    const { out } = await gatehouse(["inventory", "diff", "web01", "web02", "--section", "softwares"]);
    const said = lines(out).map((words) => words.filter((word) => word !== ""));
    expect(said).toContainEqual(["WHAT", "web01", "web02"]);
    expect(said).toContainEqual(["softwares.openssl.version", "3.0.11", "3.0.16"]);
    expect(said).toContainEqual(["modems.a", "-", "{}"]);
    expect(asked).toEqual([["GET /nodes/web01/inventory/differences?to=web02&sections=softwares"]]);
    expect((await gatehouse(["inventory", "diff", "web01", "web02", "--json"])).json).toEqual(found);
  });

  it("of two alike says so, and takes no times", async () => {
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/inventory/differences": { ...found, differences: [] } });
    expect((await gatehouse(["inventory", "diff", "web01", "web02"])).out).toContain("Nothing differs.");
    expect(await gatehouse(["inventory", "diff", "web01", "web02", "--since", "1d"])).toMatchObject({ code: 2 });
  });
});

describe("gatehouse inventory search", () => {
  const entry = (version: string) => ({ section: "softwares", entry: { arch: "amd64", name: "openssl", version } });

  it("has the nodes with what made them fit", async () => {
    const hits = [
      { nodeId: "n-1", nodeName: "web01", found: [entry("3.0.11"), entry("3.0.16")] },
      { nodeId: "n-2", nodeName: "web02", found: Array.from({ length: 7 }, (_, n) => entry(`3.0.${n}`)) },
    ];
    const { gatehouse, asked } = await gatewayOf({ "GET /inventory": { hits, next: null } });
    const args = ["inventory", "search", "softwares.name=openssl", "softwares.version=3.0.*"];
    const { out } = await gatehouse(args);
    expect(asked).toEqual([
      ["GET /inventory?limit=100&where=softwares.name%3Dopenssl&where=softwares.version%3D3.0.*"],
    ]);
    expect(lines(out)[1]).toEqual(["web01", "softwares", "name=openssl version=3.0.11 arch=amd64", "n-1"]);
    expect(out).toContain("and 2 more");
    expect((await gatehouse([...args, "--json"])).json).toEqual({ hits, next: null });
  });

  it("says that nobody fits, and needs a condition", async () => {
    const { gatehouse } = await gatewayOf({ "GET /inventory": { hits: [], next: null } });
    expect((await gatehouse(["inventory", "search", "softwares.name=x"])).out).toBe("No node has what fits.\n");
    expect(await gatehouse(["inventory", "search"])).toMatchObject({ code: 2 });
  });
});

describe("gatehouse inventory export", () => {
  const node = (n: number, softwares: unknown) => ({
    nodeId: `n-${n}`,
    nodeName: `web0${n}`,
    inventory: inventory({ softwares }),
  });
  const gateway = () =>
    gatewayOf({
      "GET /inventory/export": (target) =>
        target.includes("after=c")
          ? { nodes: [node(2, [])], next: null }
          : { nodes: [node(1, [{ name: "=cmd|' /C calc'!A0", version: '1,"2"', filesize: -7 }])], next: "c" },
    });

  it("is one document of JSON, page by page", async () => {
    const { gatehouse, asked } = await gateway();
    const { out } = await gatehouse(["inventory", "export", "--section", "softwares", "--section", "bios"]);
    expect(JSON.parse(out).nodes.map(({ nodeName }: { nodeName: string }) => nodeName)).toEqual(["web01", "web02"]);
    expect(asked).toEqual([
      ["GET /inventory/export?limit=25&sections=softwares%2Cbios"],
      ["GET /inventory/export?limit=25&after=c&sections=softwares%2Cbios"],
    ]);
    const none = await gatewayOf({ "GET /inventory/export": { nodes: [], next: null } });
    expect((await none.gatehouse(["inventory", "export", "--json"])).json).toEqual({ nodes: [] });
  });

  it("is CSV that a spreadsheet runs nothing of", async () => {
    const { gatehouse } = await gateway();
    const { out } = await gatehouse(["inventory", "export", "--csv", "--section", "softwares"]);
    const [header = "", row = "", ...rest] = out.split("\r\n");
    expect(header).toMatch(/^node,node_id,name,version,(\w+,)+\w+$/);
    const columns = header.split(",");
    expect(columns).toEqual(expect.arrayContaining(["name", "version", "filesize"]));
    expect(row).toContain("'=cmd|' /C calc'!A0");
    expect(row).toContain('"1,""2"""');
    expect(row).toContain("'-7");
    expect(rest).toEqual([""]);
  });

  it.each([
    ["without a section", ["--csv"]],
    ["of two sections", ["--csv", "--section", "softwares", "--section", "bios"]],
    ["of what there is no table of", ["--csv", "--section", "__proto__"]],
    ["and JSON at once", ["--csv", "--json", "--section", "softwares"]],
  ])("refuses a table %s", async (_, args) => {
    const { gatehouse, asked } = await gateway();
    expect(await gatehouse(["inventory", "export", ...args])).toMatchObject({ code: 2, out: "" });
    expect(asked).toEqual([]);
  });
});

describe("CSV", () => {
  it("makes cells harmless that begin like formulas, names of nodes too", () => {
    const content = ["=1", "+1", "-1", "@x", "a=1"].map((name) => ({ name }));
    expect(csvOf([{ nodeName: "@n", nodeId: "1", content }], ["name"], false).split("\r\n")).toEqual([
      "'@n,1,'=1",
      "'@n,1,'+1",
      "'@n,1,'-1",
      "'@n,1,'@x",
      "'@n,1,a=1",
      "",
    ]);
  });

  it("brings no control character to a terminal", () => {
    const content = [{ name: "\u001b[2J\u009b1\tx\u0000" }];
    expect(csvOf([{ nodeName: "\u0007n", nodeId: "1", content }], ["name"], false)).toBe(
      "\ufffdn,1,\ufffd[2J\ufffd1\tx\ufffd\r\n",
    );
  });

  it("has a line for an object, JSON for what is no plain value, and nothing for what is not there", () => {
    const content = { a: [1], b: null, c: false, d: "x\ny" };
    expect(csvOf([{ nodeName: "n", nodeId: "1", content }], ["a", "b", "c", "d", "constructor"], true)).toBe(
      'node,node_id,a,b,c,d,constructor\r\nn,1,[1],,false,"x\ny",\r\n',
    );
  });
});

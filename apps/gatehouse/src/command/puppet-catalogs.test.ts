import { describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const digest = "ab".repeat(32);
const summary = (id: string, said: object = {}) => ({
  ...{ id, firstAt: AT, lastAt: AT, times: 1, environment: "production", version: 7, milliseconds: 12.5 },
  ...{ digest, resources: 3, warnings: 0, error: null, ...said },
});
const failed = summary("13", {
  digest: null,
  resources: null,
  version: null,
  warnings: 1,
  error: "Syntax\u001b error",
});
const LIST = "GET /nodes/web01/catalogs";
const [EDGE, OTHER] = ["A[a]", "B[b]"].map((target) => ({ source: "Class[main]", target }));
const differences = {
  before: summary("11"),
  after: summary("12", { version: 8 }),
  added: [{ type: "File", title: "/new", parameters: [{ name: "mode", after: "0600" }] }],
  removed: [{ type: "File", title: "/old", parameters: [] }],
  changed: [
    { type: "Notify", title: "b\u001bc", parameters: [{ name: "message", before: "x", after: ["y", 1] }] },
    { type: "Exec", title: "e", parameters: [{ name: "user", before: "root" }] },
  ],
  edges: { added: [EDGE], removed: [OTHER] },
};

describe("gatehouse puppet catalogs", () => {
  it("lists what is kept, newest first", async () => {
    const { gatehouse, asked } = await gatewayOf({
      [LIST]: { catalogs: [failed, summary("12", { times: 4, warnings: 2 })] },
    });
    const { code, out } = await gatehouse(["puppet", "catalogs", "web01"]);
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
      "ID | FIRST | LAST | TIMES | ENVIRONMENT | CATALOG | RESULT",
      "13 | 2026-03-01 10:00:00Z | 2026-03-01 10:00:00Z | 1 | production | - | Syntax\ufffd error, 1 warning",
      "12 | 2026-03-01 10:00:00Z | 2026-03-01 10:00:00Z | 4 | production, version 7 | abababab | 3 resources, 2 warnings",
      "",
    ]);
    await gatehouse(["puppet", "catalogs", "web01", "--limit", "2"]);
    expect(asked.map(([call]) => call)).toEqual([LIST, `${LIST}?limit=2`]);
  });

  it("says where none is kept, and shows all as JSON", async () => {
    const { gatehouse } = await gatewayOf({ [LIST]: { catalogs: [] } });
    expect((await gatehouse(["puppet", "catalogs", "web01"])).out).toMatch(/^No catalog of this node is kept/);
    expect((await gatehouse(["puppet", "catalogs", "web01", "--json"])).json).toEqual({ catalogs: [] });
  });

  it.each([
    ["two, whichever is named first", ["12", "11"], "12/differences?to=11"],
    ["two, the older one first", ["9", "10"], "10/differences?to=9"],
    ["one with the one before", ["12"], "12/differences"],
    ["the newest that is a catalog", [], "12/differences"],
  ])("compares %s", async (_, ids, expected) => {
    const { gatehouse, asked } = await gatewayOf({
      [LIST]: { catalogs: [failed, summary("12")] },
      [`${LIST}/12/differences`]: differences,
      [`${LIST}/10/differences`]: differences,
    });
    expect((await gatehouse(["puppet", "catalogs", "web01", "--diff", ...ids])).code).toBe(0);
    expect(asked.at(-1)?.[0]).toBe(`${LIST}/${expected}`);
  });

  it("shows what came, what went and what changed", async () => {
    const { gatehouse } = await gatewayOf({ [`${LIST}/12/differences`]: differences });
    expect(
      (await gatehouse(["puppet", "catalogs", "web01", "--diff", "12"])).out,
    ).toBe(`- 11, production, version 7, 2026-03-01 10:00:00Z
+ 12, production, version 8, 2026-03-01 10:00:00Z

- File[/old]
+ File[/new]
+   mode: 0600
  Notify[b\ufffdc]
-   message: x
+   message: ["y",1]
  Exec[e]
-   user: root

Containment:
  - Class[main] -> B[b]
  + Class[main] -> A[a]
`);
  });

  it("says so where nothing differs", async () => {
    const same = { ...differences, added: [], removed: [], changed: [], edges: { added: [], removed: [] } };
    const { gatehouse } = await gatewayOf({ [`${LIST}/12/differences`]: same });
    expect((await gatehouse(["puppet", "catalogs", "web01", "--diff", "12"])).out).toMatch(/\n\nNothing differs\.\n$/);
  });

  it("refuses a third id, and compares nothing where there is nothing", async () => {
    const { gatehouse } = await gatewayOf({ [LIST]: { catalogs: [failed] } });
    expect(await gatehouse(["puppet", "catalogs", "web01", "--diff", "1", "2", "3"])).toMatchObject({ code: 2 });
    const ran = await gatehouse(["puppet", "catalogs", "web01", "--diff"]);
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining("No catalog of this node is kept")]);
  });
});

describe("gatehouse puppet catalog --id", () => {
  const logs = [
    { level: "warning", message: "old\u001b", file: "/site.pp", line: 3 },
    { level: "notice", message: "hello" },
  ];

  it("shows one that was kept, with its log", async () => {
    const catalog = {
      ...{ tags: [], name: "web01", version: 1, code_id: "7", catalog_uuid: "u", catalog_format: 2 },
      ...{ environment: "production", edges: [], classes: [] },
      resources: [{ tags: [], exported: false, kind: "compilable_type", type: "File", title: "/a" }],
    };
    const reports = ["71", "70"].map((id) => ({ id, status: "success", firstAt: "2026-03-01T10:00:00Z" }));
    const kept = { ...summary("12", { times: 3 }), catalog, logs, reports };
    const { gatehouse } = await gatewayOf({ [`${LIST}/12`]: kept });
    expect(
      (await gatehouse(["puppet", "catalog", "web01", "--id", "12"])).out,
    ).toBe(`Catalog 12, made 2026-03-01 10:00:00Z, 3 times until 2026-03-01 10:00:00Z
Applied by the runs of the reports 71 (success), 70 (success)

Log
  warning: old\ufffd (/site.pp:3)
  notice: hello

web01: 1 resources, environment production, version 7

File[/a]
`);
    expect((await gatehouse(["puppet", "catalog", "web01", "--id", "12", "--json"])).json).toMatchObject({ id: "12" });
  });

  it("says why there was none, and that one is not there", async () => {
    const { gatehouse } = await gatewayOf({
      [`${LIST}/13`]: { ...failed, catalog: null, logs: [], reports: [] },
      [`${LIST}/14`]: aProblem(404, "not-found", "There is no catalog of this node with this id."),
    });
    expect((await gatehouse(["puppet", "catalog", "web01", "--id", "13"])).out).toContain(
      "There is none: Syntax\ufffd error\n",
    );
    expect(await gatehouse(["puppet", "catalog", "web01", "--id", "14"])).toMatchObject({ code: 1 });
  });
});

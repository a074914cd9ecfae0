import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-diff-"));
  mkdirSync(path.join(dir, "manifests"));
  writeFileSync(path.join(dir, "manifests/site.pp"), "notify { 'a': }\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const MISSING = "POST /apply/missing-files";
const COMPARE = "POST /environments/production/differences";
const NODES = "GET /environments/production/nodes";
const same = { added: [], removed: [], changed: [], edges: { added: [], removed: [] } };
const notify = { type: "Notify", title: "a", parameters: [{ name: "message", before: "x", after: "y" }] };
const fine = { error: null };
const changeOf = (name: string, said: object = {}) => ({
  ...{ node: { id: `id-${name}`, name }, environment: "production", before: fine, after: fine, logs: [] },
  ...{ differences: same, ...said },
});
type Change = ReturnType<typeof changeOf>;

const namesOf = (count: number) => Array.from({ length: count }, (_, i) => `web${String(i).padStart(2, "0")}`);
const listed = (names: readonly string[], total = names.length) => ({
  nodes: names.map((name) => ({ id: name, name })),
  total,
});

/** A gateway that has all files; what it says of a node is by its name. */
function gateway(of: (name: string) => Change, names: readonly string[], said: object = {}) {
  const compare = (_: string, body: unknown) => ({
    ...{ name: "production", version: 7, gaveUp: false },
    nodes: (body as { nodes: string[] }).nodes.map(of),
  });
  return gatewayOf({ [MISSING]: { missing: [] }, [COMPARE]: compare, [NODES]: listed(names), ...said });
}

describe("gatehouse puppet diff", () => {
  it("shows nodes of equal changes together, and those without any last", async () => {
    const differences = { ...same, changed: [notify] };
    const { gatehouse } = await gateway(
      (name) => changeOf(name, name === "web01" ? {} : { differences }),
      [...["web00", "web01", "web02"]],
    );
    const { code, out, err } = await gatehouse(["puppet", "diff", "production", dir]);
    expect([code, err, out]).toEqual([
      0,
      "",
      `production, version 7 -> ${dir}: 3 nodes

web00, web02 (2 nodes)
  Notify[a]
-   message: x
+   message: y

web01
  nothing differs
`,
    ]);
  });

  it("asks for a few nodes at once, each with the tree, and one block has all of a fleet", async () => {
    const differences = { ...same, added: [{ ...notify, parameters: [] }] };
    const { gatehouse, asked } = await gateway((name) => changeOf(name, { differences }), namesOf(50), {
      [NODES]: listed(namesOf(50), 312),
    });
    const { code, out } = await gatehouse(["puppet", "diff", "production", dir]);
    expect(code).toBe(0);
    const compared = asked.filter(([call]) => call === COMPARE).map(([, body]) => body as Record<string, unknown[]>);
    expect(compared.map(({ nodes }) => nodes?.length)).toEqual([25, 25]);
    expect(compared.map(({ entries }) => entries?.length)).toEqual([2, 2]);
    expect(asked.map(([call]) => call).slice(0, 3)).toEqual([`${NODES}?limit=50`, MISSING, COMPARE]);
    expect(out).toContain(`${dir}: 50 of 312 nodes (more: --limit)\n`);
    expect(out).toContain("web18, web19 and 30 others (50 nodes)\n+ Notify[a]\n");
  });

  it("asks again for those for which there was no time", async () => {
    const { gatehouse, asked } = await gateway(changeOf, namesOf(5), {
      [COMPARE]: (_: string, body: unknown) => ({
        ...{ name: "production", version: 7, gaveUp: false },
        nodes: (body as { nodes: string[] }).nodes.slice(0, 2).map((name) => changeOf(name)),
      }),
    });
    const { json } = await gatehouse(["--json", "puppet", "diff", "production", dir]);
    expect(json.nodes.map(({ node }: Change) => node.name)).toEqual(namesOf(5));
    const compared = asked.filter(([call]) => call === COMPARE).map(([, body]) => (body as { nodes: string[] }).nodes);
    expect(compared.map((nodes) => nodes.length)).toEqual([5, 3, 1]);
  });

  it("asks no more where the code takes too long", async () => {
    const late = changeOf("web00", { after: { error: "It took longer than 120 s." }, differences: null });
    const { gatehouse, asked } = await gateway(changeOf, namesOf(50), {
      [COMPARE]: { name: "production", version: 7, gaveUp: true, nodes: [late] },
    });
    const { code, out } = await gatehouse(["puppet", "diff", "production", dir]);
    expect([code, asked.filter(([call]) => call === COMPARE).length]).toEqual([1, 1]);
    expect(out).toMatch(/: 50 nodes\n\nweb00\n {2}would .*120 s\.\n\n49 nodes not tried: the code takes too long\.\n$/);
  });

  it.each<[string, object, number, string]>([
    ["would fail", { after: { error: "No\u001b." } }, 1, "  would get no catalog any more: No\ufffd.\n"],
    ["is mended", { before: { error: "No." } }, 0, "  would get a catalog, and gets none now: No.\n"],
    [
      "fails as before",
      { before: { error: "No." }, after: { error: "No." } },
      0,
      "  gets no catalog, now as then: No.\n",
    ],
    [
      "fails otherwise",
      { before: { error: "No." }, after: { error: "Never." } },
      0,
      "  gets no catalog now: No.\n  and would get none: Never.\n",
    ],
  ])("says so of a node that %s", async (_, said, code, text) => {
    const { gatehouse } = await gateway((name) => changeOf(name, { ...said, differences: null }), ["web00"]);
    const ran = await gatehouse(["puppet", "diff", "production", dir]);
    expect([ran.code, ran.out]).toEqual([code, expect.stringContaining(`\nweb00\n${text}`)]);
    expect(ran.err).toBe(code === 0 ? "" : "gatehouse: 1 node would get no catalog any more.\n");
  });

  it("says a failure once for all nodes that have it, and not in the log again", async () => {
    const where = "(file: /site.pp, line: 3, column: 1)";
    const logs = [
      { level: "err", message: `No. ${where}` },
      { level: "warning", message: "old" },
    ];
    const failing = (name: string) =>
      changeOf(name, { after: { error: `No. ${where} on node ${name}.example.org` }, differences: null, logs });
    const { gatehouse } = await gateway(failing, ["web00", "web01"]);
    expect((await gatehouse(["puppet", "diff", "production", dir])).out).toMatch(
      /: 2 nodes\n\nweb00, web01 \(2 nodes\)\n {2}would get no catalog any more: No\. \(file: .*, column: 1\)\n\nSaid anew:\n {2}warning: old\n$/,
    );
  });

  it("says which environment a node gets, and what is said anew", async () => {
    const logs = [{ level: "warning", message: "deprecated", file: "/site.pp", line: 1 }];
    const { gatehouse } = await gateway((name) => changeOf(name, { environment: "staging", logs }), []);
    const { out } = await gatehouse(["puppet", "diff", "production", dir, "--node", "web00", "--node", "web00"]);
    expect(out).toContain(
      ": 1 node\n\nweb00\n  gets staging now\n  nothing differs\n\nSaid anew:\n  warning: deprecated (/site.pp:1)\n",
    );
  });

  it("takes the nodes of a group that have such an agent, page by page", async () => {
    const node = (name: string, family: string, state = "active") => ({
      ...{ id: name, name, state, stateSince: AT, stateBy: "policy", labels: {}, createdAt: AT, lastSeen: null },
      agents: [
        {
          ...{ id: "a", family, aliases: [], attributes: {}, firstSeen: AT, lastSeen: AT, trust: "key" },
          ...{ isAlive: true, latestReport: null },
        },
      ],
      evidence: [],
      settings: {},
    });
    const pages = (target: string) =>
      target.includes("after=")
        ? { nodes: [node("web02", "puppet")], total: 4, next: null }
        : {
            nodes: [node("web00", "puppet"), node("dsc01", "dsc"), node("web01", "puppet", "deactivated")],
            ...{ total: 4, next: "x" },
          };
    const { gatehouse, asked } = await gateway(changeOf, [], { "GET /groups/web/nodes": pages });
    expect((await gatehouse(["puppet", "diff", "production", dir, "--group", "web"])).code).toBe(0);
    expect(asked.at(-1)).toMatchObject([COMPARE, { nodes: ["web00", "web02"] }]);
    await gatehouse(["puppet", "diff", "production", dir, "--group", "web", "--limit", "1"]);
    expect(asked.at(-1)).toMatchObject([COMPARE, { nodes: ["web00"] }]);
  });

  it("sends files again that were collected meanwhile", async () => {
    let calls = 0;
    const { gatehouse, asked } = await gateway(changeOf, ["web00"], {
      [COMPARE]: () =>
        calls++ === 0
          ? aProblem(409, "conflict", "Some files are not stored.")
          : { name: "production", version: 7, gaveUp: false, nodes: [changeOf("web00")] },
    });
    expect((await gatehouse(["puppet", "diff", "production", dir])).code).toBe(0);
    expect(asked.map(([call]) => call).slice(1)).toEqual([MISSING, COMPARE, MISSING, COMPARE]);
  });

  it("shows all of it as JSON, and of an environment that is new", async () => {
    const { gatehouse } = await gateway(changeOf, ["web00"], {
      [COMPARE]: { name: "production", version: null, gaveUp: false, nodes: [changeOf("web00")] },
    });
    const { json } = await gatehouse(["--json", "puppet", "diff", "production", dir]);
    expect(json).toEqual({ name: "production", version: null, total: 1, gaveUp: false, nodes: [changeOf("web00")] });
    const { out } = await gatehouse(["puppet", "diff", "production", dir]);
    expect(out).toMatch(/^production, which was never deployed -> /);
  });

  it("says where there is nobody, and what the gateway refuses", async () => {
    const none = await gateway(changeOf, []);
    const nobody = await none.gatehouse(["puppet", "diff", "production", dir]);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("name some with --node, or with --group")]);
    const full = aProblem(503, "overloaded", "The compiler has 100 catalogs to make already.");
    const { gatehouse } = await gateway(changeOf, ["web00"], { [COMPARE]: full });
    expect(await gatehouse(["puppet", "diff", "production", dir])).toMatchObject({
      code: 1,
      err: expect.stringContaining("has 100 catalogs to make already"),
    });
  });

  it.each<[string[], number]>([
    [["production", "/nonexistent"], 1],
    [["Production", "."], 1],
    [["production", ".", "--node", "a", "--group", "b"], 2],
    [["production", ".", "--limit", "0"], 2],
  ])("asks for nothing with %j", async (args, code) => {
    const { gatehouse, asked } = await gateway(changeOf, ["web00"]);
    expect([(await gatehouse(["puppet", "diff", ...args])).code, asked]).toEqual([code, []]);
  });
});

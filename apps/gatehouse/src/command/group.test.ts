import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AT, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-group-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const fileOf = (name: string, text: string) => {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return file;
};

const aGroup = (said: object) => ({ settings: {}, createdAt: AT, changedAt: AT, changedBy: "ann", ...said });
const aNode = (name: string) => ({
  ...{ id: name, name, state: "active", stateSince: AT, stateBy: "policy", labels: {}, createdAt: AT },
  ...{ lastSeen: null, agents: [], evidence: [], settings: {} },
});

describe("gatehouse group list", () => {
  it("draws each below its parent", async () => {
    const groups = [
      aGroup({ name: "linux", rule: { field: "labels.os", eq: "linux" } }),
      aGroup({ name: "solo", nodes: ["a", "b"], settings: { "dsc.configurations": ["Solo"] } }),
      aGroup({ name: "web", parent: "Linux", priority: 5, rule: { everything: true } }),
    ];
    const { gatehouse } = await gatewayOf({ "GET /groups": { groups } });
    const { out } = await gatehouse(["group", "list"]);
    expect(out.split("\n").map((line) => line.split(/ {3,}|(?<=\S) {2,}/))).toEqual([
      ["NAME", "PRIORITY", "TAKES", "GIVES", "CHANGED"],
      ["linux", "-", '{"field":"labels.os","eq":"linux"}', "-", "2026-03-01 10:00:00Z by ann"],
      ["  web", "5", '{"everything":true}', "-", "2026-03-01 10:00:00Z by ann"],
      ["solo", "-", "2 listed nodes", "dsc.configurations", "2026-03-01 10:00:00Z by ann"],
      [""],
    ]);
    expect((await gatehouse(["group", "list", "--json"])).json).toEqual({ groups });
  });

  it("says what to do where there is none", async () => {
    const { gatehouse } = await gatewayOf({ "GET /groups": { groups: [] } });
    expect((await gatehouse(["group", "list"])).out).toContain("gatehouse apply");
  });
});

describe("gatehouse group show", () => {
  it("tells all of it, and its nodes in as many calls as that takes", async () => {
    const group = aGroup({ name: "web", priority: 5, nodes: ["n1"], settings: { "dsc.configurations": ["Web"] } });
    const { gatehouse, asked } = await gatewayOf({
      "GET /groups/web": group,
      "GET /groups/web/nodes": (target) =>
        target.includes("after=c")
          ? { total: 2, nodes: [aNode("n2")], next: null }
          : { total: 2, nodes: [aNode("n1")], next: "c" },
    });
    const { out } = await gatehouse(["group", "show", "web", "--all"]);
    expect(out).toMatch(/^dsc\.configurations +\["Web"\]$/m);
    expect(out).toMatch(/^2 nodes:\nNAME .*\nn1 .*\nn2 /m);
    expect(asked).toHaveLength(3);
    const { json } = await gatehouse(["group", "show", "web", "--json", "--limit", "1"]);
    expect(json).toMatchObject({ name: "web", total: 2, nodes: [{ name: "n1" }], next: "c" });
  });
});

describe("gatehouse group test", () => {
  const trying = () => gatewayOf({ "POST /groups/test": { total: 0, nodes: [], next: null } });
  const rule = { field: "labels.role", eq: "web" };

  it.each([
    [
      "a document",
      `kind: Group\nname: web\nspec:\n  parent: linux\n  rule: {field: labels.role, eq: web}\n  settings: {}\n`,
    ],
    ["a spec", JSON.stringify({ parent: "linux", rule, settings: {} })],
  ])("tries %s without what it gives", async (_title, text) => {
    const { gatehouse, asked } = await trying();
    const { code, out } = await gatehouse(["group", "test", fileOf("group.yaml", text)]);
    expect([code, out]).toEqual([0, "It takes no node.\n"]);
    expect(asked).toEqual([["POST /groups/test", { rule, parent: "linux", limit: 100 }]]);
  });

  it("tries a rule alone, and a list", async () => {
    const { gatehouse, asked } = await trying();
    await gatehouse(["group", "test", fileOf("rule.json", JSON.stringify(rule))]);
    await gatehouse(["group", "test", fileOf("list.yaml", "nodes: [a]"), "--limit", "5"]);
    expect(asked.map(([, body]) => body)).toEqual([
      { rule, limit: 100 },
      { nodes: ["a"], limit: 5 },
    ]);
  });

  it.each([
    ["nothing", ""],
    ["a list", "[1, 2]"],
    ["YAML that is broken", "rule: {field"],
    [
      "aliases that explode",
      `a: &a [${"1,".repeat(500)}]\nb: &b [${"*a,".repeat(500)}]\nrule: {x: [${"*b,".repeat(500)}]}\n`,
    ],
    ["two documents", "rule: {}\n---\nrule: {}\n"],
    ["the same key twice", "rule: {}\nrule: {}\n"],
  ])("asks nothing for a file with %s", async (_title, text) => {
    const { gatehouse, asked } = await trying();
    const { code, err } = await gatehouse(["group", "test", fileOf("wrong.yaml", text)]);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain("wrong.yaml");
  });

  it("asks nothing where there is no file", async () => {
    const { gatehouse, asked } = await trying();
    expect([(await gatehouse(["group", "test", path.join(dir, "none")])).code, asked]).toEqual([2, []]);
  });
});

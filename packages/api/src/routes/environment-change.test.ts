import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { type CatalogPreview, catalogDifferences, type PreviewedChange } from "@gatehouse/core/catalogs";
import type { NewTreeEntry } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { aNode, anAgent, serveApi } from "../api.test.helper.js";

const entries: NewTreeEntry[] = [{ type: "directory", path: "manifests", mode: 0o755, mtime: 5 }];
const catalog = {
  ...{ tags: [], name: "web01", version: 1, code_id: null, catalog_uuid: "u", catalog_format: 2 as const },
  ...{ environment: "production", resources: [], edges: [], classes: [] },
};
const resource = { type: "Notify", title: "a", tags: [], exported: false, kind: "compilable_type" as const };
const differences = catalogDifferences(catalog, { ...catalog, resources: [resource] });
const fine = { error: undefined };
const log = { level: "warning", message: "new" } as const;
const change: PreviewedChange = {
  environment: "production",
  before: fine,
  after: fine,
  isLate: false,
  logs: [log],
  differences,
};

async function house(changeOf: CatalogPreview["change"] = async () => change, current: number | undefined = 7) {
  const steps: unknown[] = [];
  let now = 0;
  let askedForVersion = (): void => undefined;
  const asksForVersion = new Promise<void>((resolve) => {
    askedForVersion = resolve;
  });
  const nodeOf = (name: string) =>
    aNode({
      ...{ id: `id-${name}`, name },
      agents: name === "dsc01" ? [] : [{ ...anAgent(`a-${name}`), family: "puppet", aliases: [aliasOf(name)] }],
    });
  const aliasOf = (value: string) => ({ family: "puppet" as const, kind: "certname", value });
  const proposed = { name: "production", version: 0, codeId: "", deployedAt: new Date(0), entries: new Map() };
  const { call, origin, server } = await serveApi({
    registry: {
      find: async (name) => (name === "nobody" ? [] : name === "twins" ? [nodeOf("a"), nodeOf("b")] : [nodeOf(name)]),
      registrations: async () => [],
    },
    environments: {
      propose: async (name, tree) => {
        steps.push(["propose", name, tree]);
        if (name === "missing") throw new GatehouseError("conflict", "Some files are not stored, or not any more.");
        return proposed;
      },
      // What an answer ends with.
      current: async () => {
        askedForVersion();
        return current === undefined ? undefined : { ...proposed, version: current };
      },
    },
    clock: { now: () => new Date(now) },
    audit: { record: async ({ action, subject, detail }) => void steps.push([action, subject, detail]) },
    catalogs: {
      of: () => Promise.reject(new Error("nobody asks")),
      change: async (agent, version) => {
        steps.push(["change", agent.certname, version === proposed]);
        now += 15_000;
        return changeOf(agent, version);
      },
    },
    keptCatalogs: { nodesOf: async (name, limit) => ({ nodes: [{ id: "1", name: `${name} ${limit}` }], total: 312 }) },
  });
  const compare = (nodes: readonly string[], name = "production", role: "viewer" | "operator" = "operator") =>
    call(role, "POST", `/environments/${name}/differences`, { entries, nodes });
  return { asksForVersion, call, compare, origin, server, steps };
}

describe("what a tree would change", () => {
  it("is told of one node after the other, and leaves a trace before its code runs", async () => {
    const { compare, steps } = await house();
    const answer = await compare(["web01", "web02"]);
    const said = {
      environment: "production",
      before: { error: null },
      after: { error: null },
      logs: [log],
      differences,
    };
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        ...{ name: "production", version: 7, gaveUp: false },
        nodes: ["web01", "web02"].map((name) => ({ node: { id: `id-${name}`, name }, ...said })),
      },
    ]);
    expect(steps).toEqual([
      ["propose", "production", entries],
      ["environment.compare", "production", { nodes: 2 }],
      ["change", "web01", true],
      ["change", "web02", true],
    ]);
  });

  it("may be that there is no catalog, or that there was no such environment", async () => {
    const failing: PreviewedChange = { ...change, after: { error: "Syntax error" }, differences: undefined };
    const { compare } = await house(async () => failing, 0);
    expect((await compare(["web01"])).json).toMatchObject({
      version: 0,
      nodes: [{ before: { error: null }, after: { error: "Syntax error" }, differences: null }],
    });
  });

  it.each([
    [["web01", "nobody"], 404, "nobody: There is no node"],
    [["dsc01"], 404, "dsc01: The node has no Puppet or OpenVox agent"],
    [["twins"], 409, "twins: Several nodes have this name"],
  ])("is refused whole where a node is none: %j", async (nodes, status, message) => {
    const { compare, steps } = await house();
    const answer = await compare(nodes);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(message)]);
    expect(steps).toHaveLength(1);
  });

  it.each<[string, readonly string[], number]>([
    ["files that are not stored", ["web01"], 409],
    ["no node", [], 400],
    ["too many nodes", Array.from({ length: 26 }, (_, i) => `web${i}`), 400],
  ])("is refused for %s", async (_, nodes, status) => {
    const { compare, steps } = await house();
    expect((await compare(nodes, "missing")).status).toBe(status);
    expect(steps.filter((step) => (step as string[])[0] !== "propose")).toEqual([]);
  });

  it("is told of those for which there is time, of one whatever it takes", async () => {
    const { compare, steps } = await house();
    const names = (answer: { json: { nodes: { node: { name: string } }[] } }) =>
      answer.json.nodes.map(({ node }) => node.name);
    expect(names(await compare(["web01", "web02", "web03"]))).toEqual(["web01", "web02"]);
    expect(steps.filter((step) => (step as string[])[0] === "change")).toHaveLength(2);
    expect(names(await compare(["web03"]))).toEqual(["web03"]);
  });

  it("is tried with no other node where its code took too long for one", async () => {
    const late: PreviewedChange = {
      ...change,
      after: { error: "It took 120 s." },
      isLate: true,
      differences: undefined,
    };
    const { compare, steps } = await house(async () => late);
    const { json } = await compare(["web01", "web02"]);
    expect([json.gaveUp, json.nodes.length, steps.length]).toEqual([true, 1, 3]);
  });

  it("ends with the first node for which there is no room, saying so", async () => {
    const full = new GatehouseError("overloaded", "The compiler has 100 catalogs to make already.");
    const { compare, steps } = await house(() => Promise.reject(full));
    const answer = await compare(["web01", "web02"]);
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("has 100 catalogs to make")]);
    expect(steps).toHaveLength(3);
  });

  it("is not gone on with when nobody waits for it any more", async () => {
    const gone = new AbortController();
    const { asksForVersion, origin, server, steps } = await house(async () => {
      gone.abort();
      while ((await promisify(server.getConnections.bind(server))()) > 0) await setImmediate();
      return change;
    });
    const call = fetch(`${origin}/api/v1/environments/production/differences`, {
      method: "POST",
      headers: { Authorization: "Bearer operator" },
      body: JSON.stringify({ entries, nodes: ["web01", "web02"] }),
      signal: gone.signal,
    });
    await expect(call).rejects.toThrow();
    await asksForVersion;
    expect(steps.filter((step) => (step as string[])[0] === "change")).toEqual([["change", "web01", true]]);
  });

  it("is not for viewers", async () => {
    const { compare, steps } = await house();
    expect([(await compare(["web01"], "production", "viewer")).status, steps]).toEqual([403, []]);
  });
});

describe("the nodes of an environment", () => {
  it("are those of its newest catalogs, and how many there are", async () => {
    const { call } = await house();
    const answer = await call("viewer", "GET", "/environments/staging/nodes?limit=5");
    expect(answer.json).toEqual({ nodes: [{ id: "1", name: "staging 5" }], total: 312 });
    expect((await call("viewer", "GET", "/environments/staging/nodes?limit=1001")).status).toBe(400);
  });
});

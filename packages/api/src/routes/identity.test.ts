import { GatehouseError } from "@gatehouse/core/errors";
import type { IdentityChange, IdentityConflict } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, type Fakes, serveApi } from "../api.test.helper.js";

const change: IdentityChange = {
  id: "3",
  kind: "merge",
  at: AT,
  by: "the-operator",
  node: { id: "a", name: "web-1" },
  other: { id: "b", name: "web-2" },
  agents: ["x"],
  undoneAt: null,
  undoneBy: null,
};
const conflict: IdentityConflict = {
  id: "5",
  kind: "clone",
  score: 70,
  node: change.node,
  other: change.other,
  why: "It looks like it.",
  raisedAt: AT,
};

const agents = [
  { ...anAgent("id-1"), aliases: [{ family: "dsc", kind: "agentid", value: "AAAA" }] },
  { ...anAgent("id-2"), aliases: [{ family: "puppet", kind: "certname", value: "web.example.org" }] },
  { ...anAgent("id-3"), aliases: [{ family: "inventory", kind: "deviceid", value: "Web.Example.Org" }] },
] as const;
const registry: NonNullable<Fakes["registry"]> = {
  find: async (reference) => {
    const names: Record<string, string> = { "web-1": "a", "web-2": "b" };
    const id = names[reference];
    if (reference === "twins") return [aNode({ id: "t1" }), aNode({ id: "t2" })];
    return id === undefined ? [] : [aNode({ id, name: reference, agents })];
  },
};

/** The API over an identity that notes what is asked of it. */
async function house(refusal?: GatehouseError) {
  const asked: unknown[] = [];
  const note =
    (name: string) =>
    async (...said: unknown[]): Promise<IdentityChange> => {
      asked.push([name, ...said]);
      if (refusal) throw refusal;
      return change;
    };
  const served = await serveApi({
    registry,
    identity: { merge: note("merge"), split: note("split"), undo: note("undo") },
  });
  return { ...served, asked };
}

const trace = { change: "3", kind: "merge", name: "web-1", other: change.other, agents: ["x"] };
const shown = { ...change, at: AT.toISOString() };

describe("a merge", () => {
  it("is of two nodes as operators name them, and in the audit trail", async () => {
    const { call, asked, events } = await house();
    const { status, json } = await call("operator", "POST", "/nodes/web-1/merge", { from: "web-2" });
    expect([status, json]).toEqual([200, shown]);
    expect(asked).toEqual([["merge", "a", "b", "the-operator"]]);
    expect(events).toEqual([{ actor: "the-operator", action: "node.merge", subject: "a", detail: trace }]);
  });

  it.each([
    ["a viewer", "viewer", "/nodes/web-1/merge", { from: "web-2" }, 403],
    ["nothing to merge", "operator", "/nodes/web-1/merge", {}, 400],
    ["no name", "operator", "/nodes/web-1/merge", { from: "" }, 400],
    ["a name that is too long", "operator", "/nodes/web-1/merge", { from: "x".repeat(1001) }, 400],
    ["another field", "operator", "/nodes/web-1/merge", { from: "web-2", force: true }, 400],
    ["an unknown node", "operator", "/nodes/none/merge", { from: "web-2" }, 404],
    ["an unknown other", "operator", "/nodes/web-1/merge", { from: "none" }, 404],
    ["several of the name", "operator", "/nodes/web-1/merge", { from: "twins" }, 409],
  ] as const)("is refused to %s", async (_, role, path, body, status) => {
    const { call, asked, events } = await house();
    expect((await call(role, "POST", path, body)).status).toBe(status);
    expect([asked, events]).toEqual([[], []]);
  });

  it("that does not fit leaves no trace", async () => {
    const { call, events } = await house(new GatehouseError("conflict", "Not now."));
    const answer = await call("operator", "POST", "/nodes/web-1/merge", { from: "web-2" });
    expect([answer.status, answer.json.title, events]).toEqual([409, "Not now.", []]);
  });
});

describe("a split", () => {
  it("is of agents by their ids and aliases, without regard to case", async () => {
    const { call, asked, events } = await house();
    const body = { agents: ["aaaa", "id-2"] };
    expect((await call("operator", "POST", "/nodes/web-1/split", body)).status).toBe(200);
    expect(asked).toEqual([["split", "a", ["id-1", "id-2"], "the-operator"]]);
    expect(events.map(({ action }) => action)).toEqual(["node.split"]);
  });

  it.each([
    ["no agents", { agents: [] }, 400],
    ["too many", { agents: Array.from({ length: 51 }, String) }, 400],
    ["one that is not there", { agents: ["AAAA", "BBBB"] }, 404],
    ["an alias of two", { agents: ["WEB.example.org"] }, 409],
  ])("is refused for %s", async (_, body, status) => {
    const { call, asked, events } = await house();
    expect((await call("operator", "POST", "/nodes/web-1/split", body)).status).toBe(status);
    expect([asked, events]).toEqual([[], []]);
  });
});

describe("changes", () => {
  it("are listed, of one node too", async () => {
    const asked: unknown[] = [];
    const { call } = await serveApi({
      registry,
      identity: {
        changes: async (...said) => {
          asked.push(said);
          return { changes: [change], next: "n" };
        },
      },
    });
    expect((await call("viewer", "GET", "/identity-changes?limit=2&after=c")).json).toEqual({
      changes: [shown],
      next: "n",
    });
    await call("viewer", "GET", "/identity-changes?node=web-2");
    expect((await call("viewer", "GET", "/identity-changes?node=none")).status).toBe(404);
    expect(asked).toStrictEqual([
      [{ limit: 2, after: "c" }, {}],
      [{ limit: 100 }, { nodeId: "b" }],
    ]);
  });

  it("are undone, with a trace", async () => {
    const { call, asked, events } = await house();
    expect((await call("operator", "POST", "/identity-changes/3/undo")).json).toEqual(shown);
    expect(asked).toEqual([["undo", "3", "the-operator"]]);
    expect(events).toEqual([{ actor: "the-operator", action: "node.undo", subject: "a", detail: trace }]);
    expect((await call("viewer", "POST", "/identity-changes/3/undo")).status).toBe(403);
  });

  it.each(["0", "x", "1e3", "99999999999999999999", "-1"])("of no number %s are not there", async (id) => {
    const { call, asked } = await house();
    expect((await call("operator", "POST", `/identity-changes/${id}/undo`)).status).toBe(404);
    expect((await call("operator", "POST", `/identity-conflicts/${id}/dismiss`)).status).toBe(404);
    expect(asked).toEqual([]);
  });
});

describe("what waits for a person", () => {
  it("is in one list", async () => {
    const fingerprints = { sha1: "1", sha256: "2", sha512: "3" };
    const request = {
      ...{
        name: "web01",
        profile: "puppet" as const,
        fingerprints,
        altNames: [],
        receivedAt: AT,
        from: null,
        note: "no rule",
      },
      extensions: { pp_preshared_key: "s3cret" },
    } as const;
    const asked: unknown[] = [];
    const { call } = await serveApi({
      identity: {
        conflicts: async (page) => {
          asked.push(page);
          return { conflicts: [conflict], next: "n" };
        },
        openConflicts: async () => 7,
      },
      certificates: { requests: async () => [request] },
      nodes: { list: async () => ({ nodes: [], next: null }) },
      held: { counts: async () => new Map() },
    });
    const { json, text } = await call("viewer", "GET", "/pending?limit=1&after=c");
    expect(json).toMatchObject({
      conflicts: [{ ...conflict, raisedAt: AT.toISOString() }],
      openConflicts: 7,
      next: "n",
      certificateRequests: [{ name: "web01", note: "no rule" }],
    });
    expect(text).not.toContain("s3cret");
    expect(asked).toEqual([{ limit: 1, after: "c" }]);
  });

  it("is dismissed, with a trace", async () => {
    const left = new Map([["5", conflict]]);
    const { call, events } = await serveApi({
      identity: {
        dismiss: async (id) => {
          const found = left.get(id);
          left.delete(id);
          return found;
        },
      },
    });
    expect((await call("viewer", "POST", "/identity-conflicts/5/dismiss")).status).toBe(403);
    expect((await call("operator", "POST", "/identity-conflicts/5/dismiss")).json).toMatchObject({ id: "5" });
    expect((await call("operator", "POST", "/identity-conflicts/5/dismiss")).status).toBe(404);
    const detail = { conflict: "5", kind: "clone", name: "web-1", other: change.other };
    expect(events).toEqual([{ actor: "the-operator", action: "identity.dismiss", subject: "a", detail }]);
  });
});

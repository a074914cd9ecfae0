import { GatehouseError } from "@gatehouse/core/errors";
import type { Group, PutGroup, StoredGroup } from "@gatehouse/core/groups";
import { describe, expect, it } from "vitest";
import { AT, aNode, serveApi } from "../api.test.helper.js";

const web: Group = {
  name: "web",
  parent: "linux",
  priority: 3,
  rule: { field: "labels.role", eq: "web" },
  nodes: ["web01"],
  settings: { "dsc.configurations": ["Web"] },
};
const stored = (group: Group): StoredGroup => ({ group, createdAt: AT, changedAt: AT, changedBy: "ann" });
const kept = { createdAt: AT.toISOString(), changedAt: AT.toISOString(), changedBy: "ann" };
const { name: _, ...spec } = web;

describe("groups", () => {
  it("are listed and shown as they are stored", async () => {
    const { call } = await serveApi({
      groups: { list: async () => [stored(web)], get: async (name) => (name === "web" ? stored(web) : undefined) },
    });
    expect((await call("viewer", "GET", "/groups")).json).toEqual({ groups: [{ ...web, ...kept }] });
    expect((await call("viewer", "GET", "/groups/web")).json).toEqual({ ...web, ...kept });
    expect((await call("viewer", "GET", "/groups/db")).status).toBe(404);
  });

  const putting = async (answer: (group: Group) => Promise<PutGroup>) => {
    const asked: [Group, string][] = [];
    const put = (group: Group, by: string) => {
      asked.push([group, by]);
      return answer(group);
    };
    return { asked, ...(await serveApi({ groups: { put } })) };
  };

  it("are put with what was there before in the audit trail", async () => {
    const before = { ...web, priority: 1 };
    const { call, asked, events } = await putting(async (group) => ({ stored: stored(group), before, changed: true }));
    const { status, json } = await call("operator", "PUT", "/groups/web", spec);
    expect([status, json]).toEqual([200, { ...web, ...kept, changed: true }]);
    expect(asked).toEqual([[web, "the-operator"]]);
    expect(events).toEqual([
      { actor: "the-operator", action: "group.put", subject: "web", detail: { before, after: web } },
    ]);
  });

  it("that are put as they were leave no trace", async () => {
    const { call, events } = await putting(async (group) => ({ stored: stored(group), before: group, changed: false }));
    expect((await call("operator", "PUT", "/groups/web", spec)).json.changed).toBe(false);
    expect(events).toEqual([]);
  });

  it.each([
    ["without settings", { rule: { everything: true } }],
    ["with a word that is not one of a group's", { ...spec, colour: "red" }],
    ["with a list that is none", { ...spec, nodes: "web01" }],
    ["with a priority that is no whole number", { ...spec, priority: 1.5 }],
  ])("%s are refused before anything is asked", async (_title, body) => {
    const { call, asked } = await putting(() => Promise.reject(new Error("not reached")));
    expect([(await call("operator", "PUT", "/groups/web", body)).status, asked]).toEqual([400, []]);
  });

  it("that do not fit are refused with the reason, and leave no trace", async () => {
    const reason = "/rule/and/1/field: there is no field colour.";
    const { call, events } = await putting(() => Promise.reject(new GatehouseError("request-malformed", reason)));
    const { status, json } = await call("operator", "PUT", "/groups/web", spec);
    expect([status, json.title, events]).toEqual([400, reason, []]);
  });

  it("may be larger than other bodies, and not without a bound", async () => {
    const { call, asked } = await putting(async (group) => ({
      stored: stored(group),
      before: undefined,
      changed: true,
    }));
    const nodes = Array.from({ length: 5_000 }, (_unused, n) => `${"a".repeat(40)}${n}`);
    expect((await call("operator", "PUT", "/groups/web", { ...spec, nodes })).status).toBe(200);
    expect(asked[0]?.[0].nodes).toHaveLength(5_000);
    const more = Array.from({ length: 10_001 }, (_unused, n) => `n${n}`);
    expect((await call("operator", "PUT", "/groups/web", { ...spec, nodes: more })).status).toBe(400);
    expect(asked).toHaveLength(1);
  });

  it("are removed, once", async () => {
    let there = true;
    const { call, events } = await serveApi({
      groups: {
        get: async () => (there ? stored(web) : undefined),
        remove: async () => {
          there = false;
          return true;
        },
      },
    });
    expect((await call("operator", "DELETE", "/groups/web")).status).toBe(204);
    expect((await call("operator", "DELETE", "/groups/web")).status).toBe(404);
    expect(events).toEqual([
      { actor: "the-operator", action: "group.remove", subject: "web", detail: { before: web } },
    ]);
  });

  it("are not changed by who may only look", async () => {
    const { call } = await serveApi();
    expect((await call("viewer", "PUT", "/groups/web", spec)).status).toBe(403);
    expect((await call("viewer", "DELETE", "/groups/web")).status).toBe(403);
    expect((await call(undefined, "GET", "/groups")).status).toBe(401);
  });
});

describe("the nodes of a group", () => {
  const members = { nodes: [aNode()], next: "more", total: 7 };

  it("come page by page, with how many they are", async () => {
    const asked: unknown[] = [];
    const { call } = await serveApi({
      assignments: {
        members: async (...given) => {
          asked.push(given);
          return given[0] === "web" ? members : undefined;
        },
      },
    });
    const { status, json } = await call("viewer", "GET", "/groups/web/nodes?limit=1&after=c");
    expect([status, json.total, json.next, json.nodes[0].name]).toEqual([200, 7, "more", "web-1"]);
    expect(asked).toEqual([["web", { limit: 1, after: "c" }]]);
    expect((await call("viewer", "GET", "/groups/none/nodes")).status).toBe(404);
  });

  it("are tried without a group being there", async () => {
    const asked: unknown[] = [];
    const { call } = await serveApi({
      assignments: {
        test: async (...given) => {
          asked.push(given);
          return members;
        },
      },
    });
    const draft = { rule: { everything: true }, parent: "linux" };
    expect((await call("viewer", "POST", "/groups/test", draft)).json.total).toBe(7);
    expect((await call("viewer", "POST", "/groups/test", { nodes: ["a"], limit: 5, after: "c" })).status).toBe(200);
    expect(asked).toEqual([
      [draft, { limit: 100 }],
      [{ nodes: ["a"] }, { limit: 5, after: "c" }],
    ]);
    expect((await call("viewer", "POST", "/groups/test", { settings: {} })).status).toBe(400);
  });
});

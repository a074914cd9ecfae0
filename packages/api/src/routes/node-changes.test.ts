import type { SettingDefinition } from "@gatehouse/core/groups";
import type { Labels, NodeView } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { aNode, serveApi } from "../api.test.helper.js";

/** The API over one node that is changed as the port says. */
async function houseOf(said: Partial<NodeView> = {}) {
  const kept = { node: aNode({ id: "the-id", ...said }) };
  const changed: unknown[] = [];
  const { call, events } = await serveApi({
    registry: {
      find: async () => [kept.node],
      label: async (nodeId, changes) => {
        changed.push([nodeId, changes]);
        const entries = Object.entries({ ...kept.node.labels, ...changes }).filter(([, value]) => value !== null);
        kept.node = { ...kept.node, labels: Object.fromEntries(entries) as Labels };
        return kept.node.labels;
      },
      setState: async (nodeId, state, by) => {
        changed.push([nodeId, state, by]);
        kept.node = { ...kept.node, state, stateBy: by };
        return true;
      },
      purge: async (nodeId) => ({ nodeId, name: kept.node.name, agents: 1, reports: 9 }),
    },
  });
  return { call, events, changed, label: (body: unknown) => call("operator", "POST", "/nodes/web-1/labels", body) };
}

describe("labels", () => {
  it("are set and taken away, with what they were in the audit trail", async () => {
    const { label, events, changed } = await houseOf({ labels: { role: "db", site: "a", keep: "it" } });
    const answer = await label({ set: { role: "web", "app/tier": "" }, remove: ["site", "none"] });
    expect([answer.status, answer.json]).toEqual([200, { labels: { role: "web", keep: "it", "app/tier": "" } }]);
    expect(changed).toEqual([["the-id", { role: "web", "app/tier": "", site: null, none: null }]]);
    const before = { role: "db", "app/tier": null, site: "a", none: null };
    const after = { role: "web", "app/tier": "", site: null, none: null };
    expect(events).toEqual([
      { actor: "the-operator", action: "node.label", subject: "the-id", detail: { before, after } },
    ]);
  });

  it("may be called what JavaScript calls its own", async () => {
    const { label, events } = await houseOf();
    const { json } = await label('{"set":{"__proto__":"x"},"remove":["constructor"]}');
    expect(Object.entries(json.labels)).toEqual([["__proto__", "x"]]);
    const { before } = (events[0]?.detail ?? {}) as { before: object };
    expect(Object.entries(before)).toEqual([
      ["__proto__", null],
      ["constructor", null],
    ]);
  });

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));

  it("are taken up to the limit of one call", async () => {
    const { label } = await houseOf();
    expect((await label({ set: many(64) })).status).toBe(200);
    expect((await label({ set: many(32), remove: Object.keys(many(64)).slice(32) })).status).toBe(200);
    expect((await label({ set: { k: "x".repeat(255), ["k".repeat(63)]: "Straße 東京" } })).status).toBe(200);
  });

  it.each([
    ["nothing", undefined],
    ["no label", {}],
    ["empty lists", { set: {}, remove: [] }],
    ["the same key twice", { set: { a: "1" }, remove: ["a"] }],
    ["a key twice", { remove: ["a", "a"] }],
    ["too many", { set: many(65) }],
    ["too many together", { set: many(40), remove: Object.keys(many(65)).slice(40) }],
    ["an empty key", { set: { "": "x" } }],
    ["a key that is too long", { set: { ["k".repeat(64)]: "x" } }],
    ["a key with a space", { set: { "a b": "x" } }],
    ["a key with a line end", { remove: ["a\n"] }],
    ["a value that is too long", { set: { a: "x".repeat(256) } }],
    ["a value with a control", { set: { a: "x\u001b[2J" } }],
    ["a value with U+0000", { set: { a: "\u0000" } }],
    ["a value that turns the reading direction", { set: { a: "\u202e" } }],
    ["a lone surrogate", '{"set":{"a":"\\ud800"}}'],
    ["a number", { set: { a: 1 } }],
    ["null", { set: { a: null } }],
    ["another field", { set: { a: "1" }, force: true }],
  ])("are not made of %s", async (_, body) => {
    const { label, events, changed } = await houseOf();
    expect(await label(body)).toMatchObject({ status: 400, json: { code: "request-malformed" } });
    expect([events, changed]).toEqual([[], []]);
  });
});

describe("the life cycle", () => {
  it.each([
    ["active", "deactivate", "deactivated"],
    ["expired", "deactivate", "deactivated"],
    ["deactivated", "activate", "active"],
    ["expired", "activate", "active"],
  ] as const)("goes from %s by %s to %s", async (before, verb, after) => {
    const { call, events, changed } = await houseOf({ state: before });
    const answer = await call("operator", "POST", `/nodes/web-1/${verb}`);
    expect([answer.status, answer.json.state, answer.json.stateBy]).toEqual([200, after, "the-operator"]);
    expect(changed).toEqual([["the-id", after, "the-operator"]]);
    expect(events).toEqual([
      { actor: "the-operator", action: `node.${verb}`, subject: "the-id", detail: { before, after } },
    ]);
  });

  it.each([
    ["active", "activate"],
    ["deactivated", "deactivate"],
  ] as const)("leaves a node that is %s as it is on %s", async (state, verb) => {
    const { call, events, changed } = await houseOf({ state, stateBy: "ann" });
    expect((await call("operator", "POST", `/nodes/web-1/${verb}`)).json.stateBy).toBe("ann");
    expect([events, changed]).toEqual([[], []]);
  });

  it("ends with a purge, which only an admin may do", async () => {
    const { call, events } = await houseOf({ labels: { site: "a" } });
    expect((await call("operator", "DELETE", "/nodes/web-1")).status).toBe(403);
    expect(events).toEqual([]);
    const { status, json } = await call("admin", "DELETE", "/nodes/web-1");
    expect([status, json]).toEqual([200, { nodeId: "the-id", name: "web-1", agents: 1, reports: 9 }]);
    const detail = { name: "web-1", state: "active", labels: { site: "a" }, agents: 1, reports: 9 };
    expect(events).toEqual([{ actor: "the-admin", action: "node.purge", subject: "the-id", detail }]);
  });

  it("by a setting are looked at by its protocol, when it is set by hand too", async () => {
    const name = "p.x";
    const definition: SettingDefinition = {
      ...{ name, protocol: "p", description: "" },
      merge: "replace",
      schema: { type: "string" },
      check: (value) => (value === "good" ? [] : [{ path: "/a", message: "It is bad." }]),
    };
    const set: unknown[] = [];
    const { call } = await serveApi({
      registry: { find: async () => [aNode()], setSetting: async (...said) => set.push(said) > 0 },
      protocols: [{ id: "p", artifactKinds: [], settings: [definition], nodeSettings: { [name]: definition.schema } }],
    });
    const put = (value: unknown) => call("operator", "PUT", `/nodes/x/settings/${name}`, { value });
    expect((await put("good")).status).toBe(204);
    const refused = await put("other");
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("/a: It is bad.")]);
    expect((await put(7)).status).toBe(400);
    expect(set).toHaveLength(1);
  });

  it("may have ended in between", async () => {
    const { call, events } = await serveApi({
      registry: {
        find: async () => [aNode()],
        label: async () => undefined,
        setState: async () => false,
        purge: async () => undefined,
        setSetting: async () => false,
      },
      protocols: [
        { id: "p", artifactKinds: [], settings: [], nodeSettings: { "p.x": {} }, checkEnrolmentKey: () => [] },
      ],
    });
    const answers = [
      await call("operator", "POST", "/nodes/x/labels", { set: { a: "b" } }),
      await call("operator", "POST", "/nodes/x/deactivate"),
      await call("operator", "PUT", "/nodes/x/settings/p.x", { value: 1 }),
      await call("operator", "DELETE", "/nodes/x/settings/p.x"),
      await call("admin", "DELETE", "/nodes/x"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(events).toEqual([]);
  });
});

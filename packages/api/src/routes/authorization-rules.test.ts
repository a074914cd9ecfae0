import type { StoredAuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";
import type { AuthorizationRuleView } from "../authorization.js";
import type { ProtocolForOperators } from "../deps.js";

const aView = (name: string, said: Partial<AuthorizationRuleView> = {}): AuthorizationRuleView => ({
  name,
  protocol: "puppet",
  origin: "stored",
  sortOrder: 400,
  methods: ["any"],
  path: "/x",
  who: "any node",
  createdAt: AT,
  createdBy: "ada",
  fault: null,
  ...said,
});
const ofFile = aView("of the file", { origin: "configuration", createdAt: null, createdBy: null });

const puppet: ProtocolForOperators = {
  id: "puppet",
  artifactKinds: [],
  settings: [],
  nodeSettings: {},
  authorizationRules: {
    schema: {
      type: "object",
      additionalProperties: false,
      required: ["path"],
      properties: { path: { type: "string", maxLength: 10 } },
    },
    check: (name, spec) => {
      if (spec["path"] === "(") throw new GatehouseError("request-malformed", `The rule "${name}": it means nothing.`);
    },
  },
};
const dsc: ProtocolForOperators = { id: "dsc", artifactKinds: [], settings: [], nodeSettings: {} };

async function houseOf(...before: string[]) {
  const kept = new Map<string, StoredAuthorizationRule>();
  for (const name of before)
    kept.set(name, { name, protocol: "puppet", spec: { path: "/old" }, createdAt: AT, createdBy: "ada" });
  const { call, events } = await serveApi({
    protocols: [dsc, puppet],
    authorization: {
      list: async () => [...kept.values()],
      rules: async () => [ofFile, ...[...kept.keys()].map((name) => aView(name))],
      put: async (rule, createdBy) => {
        const stored = { ...rule, createdAt: AT, createdBy };
        kept.set(rule.name, stored);
        return stored;
      },
      remove: async (name) => kept.delete(name),
      explain: async ({ call: asked, certname, extensions }) => ({
        allowed: certname !== undefined,
        why: `${asked} ${JSON.stringify(extensions ?? {})}`,
        rule: null,
      }),
    },
  });
  return {
    call,
    events,
    spec: (name: string) => kept.get(name)?.spec,
    put: (name: string, body: unknown) =>
      call("admin", "PUT", `/authorization-rules/${encodeURIComponent(name)}`, body),
  };
}
const body = (spec: unknown = { path: "/x" }, protocol: unknown = "puppet") => ({ protocol, spec });

describe("authorization rules", () => {
  it("are listed for operators, with where they are from", async () => {
    const { call } = await houseOf("web");
    expect((await call("viewer", "GET", "/authorization-rules")).status).toBe(403);
    const { json } = await call("operator", "GET", "/authorization-rules");
    expect(json.rules.map(({ name, origin, createdBy }: AuthorizationRuleView) => [name, origin, createdBy])).toEqual([
      ["of the file", "configuration", null],
      ["web", "stored", "ada"],
    ]);
  });

  it("are kept as they are written, and audited with what was there before", async () => {
    const { put, spec, events } = await houseOf("web");
    for (const name of ["web", "a/b ü", "__proto__"]) {
      const { status, json } = await put(name, body());
      expect([status, json]).toEqual([
        200,
        { name, protocol: "puppet", spec: { path: "/x" }, createdAt: AT.toISOString(), createdBy: "the-admin" },
      ]);
      expect(spec(name)).toEqual({ path: "/x" });
    }
    expect(events.map(({ actor, action, subject }) => [actor, action, subject])).toEqual(
      ["web", "a/b ü", "__proto__"].map((name) => ["the-admin", "authorization-rule.put", name]),
    );
    expect(events.map(({ detail }) => detail?.["before"])).toEqual([{ path: "/old" }, null, null]);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", {}, /protocol|spec/],
    ["no spec", { protocol: "puppet" }, /spec/],
    ["a spec that is none", body("deny"), /spec must be object/],
    ["a field too many", { ...body(), name: "x" }, /"name"/],
    ["a field of the spec that is none", body({ path: "/x", pth: 1 }), /the rule has no field "pth"/],
    ["a spec with __proto__", JSON.parse('{"protocol":"puppet","spec":{"path":"/x","__proto__":{}}}'), /__proto__/],
    ["what is too long", body({ path: "x".repeat(11) }), /path/],
    ["what means nothing", body({ path: "(" }), /^The rule "web": it means nothing\.$/],
    ["a protocol without rules", body({}, "dsc"), /kept for puppet/],
    ["a protocol that is none", body({}, "__proto__"), /kept for puppet/],
  ])("are not made of %s", async (_, written, why) => {
    const { put, spec, events } = await houseOf("web");
    const { status, json } = await put("web", written);
    expect([status, json.code, json.title]).toEqual([400, "request-malformed", expect.stringMatching(why)]);
    expect([spec("web"), events]).toEqual([{ path: "/old" }, []]);
  });

  it("are not made of a huge body, or under a name with U+0000", async () => {
    const { put, call, events } = await houseOf();
    expect((await put("web", body({ path: "x".repeat(70_000) }))).status).toBe(413);
    expect((await call("admin", "PUT", "/authorization-rules/a%00b", body())).status).toBe(400);
    expect(events).toEqual([]);
  });

  it("of the configuration stay as they are", async () => {
    const { put, call, spec, events } = await houseOf();
    expect((await put(ofFile.name, body())).json).toMatchObject({ status: 409, code: "conflict" });
    expect((await call("admin", "DELETE", "/authorization-rules/of%20the%20file")).status).toBe(409);
    expect([spec(ofFile.name), events]).toEqual([undefined, []]);
  });

  it("that the configuration has since taken the name of can still be taken away", async () => {
    const { call, events } = await houseOf(ofFile.name);
    expect((await call("admin", "DELETE", "/authorization-rules/of%20the%20file")).status).toBe(204);
    expect(events).toHaveLength(1);
  });

  it("are taken away once", async () => {
    const { call, events, spec } = await houseOf("web");
    expect((await call("admin", "DELETE", "/authorization-rules/web")).status).toBe(204);
    expect((await call("admin", "DELETE", "/authorization-rules/web")).status).toBe(404);
    expect(spec("web")).toBeUndefined();
    expect(events).toMatchObject([
      { action: "authorization-rule.remove", subject: "web", detail: { before: { path: "/old" } } },
    ]);
  });

  it("are changed by admins only", async () => {
    const { call, spec, events } = await houseOf("web");
    for (const role of ["viewer", "operator"] as const) {
      expect((await call(role, "PUT", "/authorization-rules/web", body())).status).toBe(403);
      expect((await call(role, "DELETE", "/authorization-rules/web")).status).toBe(403);
    }
    expect([spec("web"), events]).toEqual([{ path: "/old" }, []]);
  });

  it("are explained to operators", async () => {
    const { call, events } = await houseOf();
    const asked = { call: "GET /x", certname: "web01", extensions: { pp_role: "web" } };
    expect((await call("viewer", "POST", "/authorization-rules/explain", asked)).status).toBe(403);
    const { json } = await call("operator", "POST", "/authorization-rules/explain", asked);
    expect(json).toEqual({ allowed: true, why: 'GET /x {"pp_role":"web"}', rule: null });
    const bare = await call("operator", "POST", "/authorization-rules/explain", { call: "GET /x" });
    expect(bare.json).toEqual({ allowed: false, why: "GET /x {}", rule: null });
    for (const wrong of [{}, { call: "" }, { call: "GET /x", extensions: { a: 1 } }, { call: "x".repeat(9_000) }])
      expect((await call("operator", "POST", "/authorization-rules/explain", wrong)).status).toBe(400);
    expect(events).toEqual([]);
  });
});

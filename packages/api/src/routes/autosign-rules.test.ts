import { createHash } from "node:crypto";
import type { AutosignRule, StoredAutosignRule } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";
import { writtenRule } from "../autosign.js";
import { anAuthority } from "../certificates.test.helper.js";
import type { ApiDeps } from "../index.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const HASH = sha256("hunter2");

/** The API over these rules. */
async function houseOf(configured: AutosignRule[] = [], before: AutosignRule[] = [], uses: [string, number][] = []) {
  const kept = new Map<string, StoredAutosignRule>();
  const put = (rule: AutosignRule, createdBy: string) => {
    const stored = { rule, createdAt: AT, createdBy };
    kept.set(rule.name, stored);
    return stored;
  };
  for (const rule of before) put(rule, "ada");
  const { call, events } = await serveApi({
    autosign: {
      configured: () => configured,
      list: async () => [...kept.values()],
      uses: async () => new Map(uses),
      put: async (rule, by) => put(rule, by),
      remove: async (name) => kept.delete(name),
      check: (rule) => {
        if (rule.kind === "glob" && !rule.pattern.startsWith("*."))
          throw new GatehouseError("config-invalid", "The pattern matches nothing.");
      },
    },
  });
  return {
    call,
    events,
    rule: (name: string) => kept.get(name)?.rule,
    put: (name: string, body: unknown) => call("admin", "PUT", `/autosign-rules/${name}`, body),
  };
}

describe("the list of rules", () => {
  it("has those of the configuration first, with how often a token was used and never what it is", async () => {
    const { call } = await houseOf(
      [
        { name: "lab", kind: "token", sha256: HASH, uses: null, names: ["*.lab"] },
        { name: "key", kind: "extension", extension: "pp_preshared_key", value: "hunter3" },
        { name: "program", kind: "executable", path: "/bin/true", timeoutSeconds: 3 },
      ],
      [
        { name: "one", kind: "token", sha256: sha256("other"), profile: "inventory" },
        { name: "role", kind: "extension", extension: "pp_role", value: "web-*" },
      ],
      [[HASH, 7]],
    );
    const answer = await call("viewer", "GET", "/autosign-rules");
    const configured = { origin: "configuration", createdAt: null, createdBy: null, profile: "puppet", used: null };
    const stored = { ...configured, origin: "stored", createdAt: AT.toISOString(), createdBy: "ada" };
    expect(answer.json.rules).toEqual([
      { name: "lab", kind: "token", ...configured, uses: null, used: 7, readmit: false, names: ["*.lab"] },
      { name: "key", kind: "extension", ...configured, extension: "pp_preshared_key", value: "…" },
      { name: "program", kind: "executable", ...configured, path: "/bin/true", timeoutSeconds: 3 },
      { name: "one", kind: "token", ...stored, profile: "inventory", uses: 1, used: 0, readmit: false },
      { name: "role", kind: "extension", ...stored, extension: "pp_role", value: "web-*" },
    ]);
    expect(answer.text).not.toMatch(/[0-9a-f]{64}|hunter/);
  });
});

describe("a rule", () => {
  it("of kind token gets a secret that only this answer has", async () => {
    const { put, rule, events, call } = await houseOf();
    const first = (await put("web", { kind: "token", uses: 5, names: ["*.example.org"] })).json;
    expect(first.secret).toMatch(/^[\w-]{32}$/);
    const made = { name: "web", kind: "token", uses: 5, names: ["*.example.org"] };
    expect(rule("web")).toEqual({ ...made, sha256: sha256(first.secret) });
    const second = (await put("web", { kind: "token" })).json;
    expect(second.secret).not.toBe(first.secret);
    expect(rule("web")).toEqual({ name: "web", kind: "token", sha256: sha256(second.secret) });
    expect(events).toMatchObject([
      { actor: "the-admin", action: "ca.policy.put", subject: "web", detail: { before: null, after: { uses: 5 } } },
      { action: "ca.policy.put", subject: "web", detail: { before: { uses: 5 }, after: { uses: 1 } } },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/secret|[0-9a-f]{64}/);
    expect((await call("viewer", "GET", "/autosign-rules")).text).not.toContain(second.secret);
  });

  it("of kind token may bring its hash, and is then told no secret", async () => {
    const { put, rule } = await houseOf([], [], [[HASH, 2]]);
    const { json } = await put("web", { kind: "token", sha256: HASH, uses: null, readmit: true });
    expect(json).toMatchObject({ secret: null, used: 2, uses: null, readmit: true });
    expect(rule("web")).toMatchObject({ sha256: HASH });
  });

  it.each([
    { kind: "all" },
    { kind: "name", certname: "web01" },
    { kind: "glob", pattern: "*.example.org", profile: "inventory" },
    { kind: "extension", extension: "pp_role", value: "web", names: ["*"] },
  ])("is kept as it is written: %j", async (body) => {
    const { put, rule, events } = await houseOf();
    const { status, json } = await put("a%20rule", body);
    expect([status, json.name, json.createdBy, json.secret]).toEqual([200, "a rule", "the-admin", null]);
    expect(rule("a rule")).toEqual({ ...body, name: "a rule" });
    expect(events).toHaveLength(1);
  });

  it.each([
    ["no kind", {}, "kind"],
    ["a kind that is none", { kind: "maybe" }, "kind must be one of"],
    ["a field that is none", { kind: "all", certnam: "x" }, '"certnam"'],
    ["a name of its own", { kind: "all", name: "x" }, '"name"'],
    ["a field of another kind", { kind: "all", names: ["*"] }, 'the rule has no field "names"'],
    ["a field too few", { kind: "name" }, "certname"],
    ["an end that is past", { kind: "token", expiresAt: "2026-03-01T11:59:59Z" }, "no time to come"],
    ["an end that is none", { kind: "token", expiresAt: "2026-03-01" }, "expiresAt"],
    ["what cannot work", { kind: "glob", pattern: "web" }, "The pattern matches nothing."],
  ])("is not made of %s", async (_, body, words) => {
    const { put, rule, events } = await houseOf();
    const { status, json } = await put("web", body);
    expect([status, json.code, json.title]).toEqual([400, "request-malformed", expect.stringContaining(words)]);
    expect([rule("web"), events]).toEqual([undefined, []]);
  });

  it("is not blamed for a fault of ours", () => {
    const check = () => {
      throw new TypeError("a fault");
    };
    const deps = { autosign: { check }, clock: fixedClock(AT) } as unknown as ApiDeps;
    expect(() => writtenRule({ name: "web", kind: "all" }, "all", deps)).toThrow(TypeError);
  });

  it("never runs a program that comes by the API", async () => {
    const { put, rule, events } = await houseOf();
    const { json } = await put("web", { kind: "executable", path: "/bin/sh" });
    expect(json).toMatchObject({ status: 403, code: "forbidden", title: expect.stringContaining("configuration") });
    expect([rule("web"), events]).toEqual([undefined, []]);
  });

  it("of the configuration stays as it is", async () => {
    const { put, call, events, rule } = await houseOf([{ name: "lab", kind: "all" }], [{ name: "lab", kind: "all" }]);
    expect((await put("lab", { kind: "all" })).json).toMatchObject({ status: 409, code: "conflict" });
    expect((await call("admin", "DELETE", "/autosign-rules/lab")).status).toBe(409);
    expect([rule("lab"), events]).toEqual([{ name: "lab", kind: "all" }, []]);
  });

  it("is taken away once", async () => {
    const { call, events, rule } = await houseOf([], [{ name: "web", kind: "token", sha256: HASH }]);
    expect((await call("admin", "DELETE", "/autosign-rules/web")).status).toBe(204);
    expect((await call("admin", "DELETE", "/autosign-rules/web")).status).toBe(404);
    expect(rule("web")).toBeUndefined();
    expect(events).toMatchObject([
      { action: "ca.policy.remove", subject: "web", detail: { before: { kind: "token" } } },
    ]);
    expect(JSON.stringify(events)).not.toContain(HASH);
  });

  it("is changed by admins only", async () => {
    const { call, rule } = await houseOf([], [{ name: "web", kind: "all" }]);
    expect((await call("operator", "PUT", "/autosign-rules/other", { kind: "all" })).status).toBe(403);
    expect((await call("operator", "DELETE", "/autosign-rules/web")).status).toBe(403);
    expect([rule("web")?.name, rule("other")]).toEqual(["web", undefined]);
  });
});

describe("the test of a request", () => {
  const found = {
    name: "web01",
    key: "RSA 2048",
    fingerprint: "AB",
    altNames: [],
    extensions: { pp_preshared_key: "hunter2" },
    refusal: null,
    signed: true,
    rule: "web",
    why: "It has the token.",
  };

  it("says what was found, to operators, and repeats no secret", async () => {
    const { authority, calls } = anAuthority({ test: async () => found });
    const { call } = await serveApi({ authority });
    expect((await call("viewer", "POST", "/autosign-rules/test", { csr: "PEM" })).status).toBe(403);
    const { json } = await call("operator", "POST", "/autosign-rules/test", { csr: "PEM" });
    expect(json).toEqual({ ...found, extensions: { pp_preshared_key: "…" } });
    await call("operator", "POST", "/autosign-rules/test", { csr: "PEM", profile: "inventory" });
    expect(calls).toEqual([
      ["puppet", "test", Buffer.from("PEM")],
      ["inventory", "test", Buffer.from("PEM")],
    ]);
  });

  it.each([
    [400, {}],
    [400, { csr: "x", profile: "operator" }],
    [413, { csr: "x".repeat(65_536) }],
  ])("is refused with %i for what it does not take", async (status, body) => {
    const { authority, calls } = anAuthority({ test: async () => found });
    const { call } = await serveApi({ authority });
    expect([(await call("operator", "POST", "/autosign-rules/test", body)).status, calls]).toEqual([status, []]);
  });
});

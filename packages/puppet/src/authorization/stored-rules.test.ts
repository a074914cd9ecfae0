import type { AuthorizationRuleSpec, KnownAuthorizationRules, StoredAuthorizationRule } from "@gatehouse/core/access";
import { describe, expect, it } from "vitest";
import { puppetAdapter } from "../index.js";
import { nobody, serve, verified } from "../puppet.test.helper.js";
import { createAuthorization } from "./authorization.js";
import type { Rule } from "./rule.js";

const AT = new Date("2026-03-01T12:00:00Z");
const kept = (name: string, spec: unknown, protocol = "puppet"): StoredAuthorizationRule => ({
  name,
  protocol,
  spec: spec as AuthorizationRuleSpec,
  createdAt: AT,
  createdBy: "ada",
});
const PATH = "/puppet/v3/environments";
const denial = (said: object = {}) => ({
  "sort-order": 400,
  "match-request": { path: PATH, type: "path" },
  deny: "*",
  ...said,
});
const GUESTS = { "match-request": { path: "/puppet/v3/guests", type: "path" } };

/** Rules that are kept and may change, over those of a configuration. */
function authorizationOf(rows: readonly StoredAuthorizationRule[], own: readonly Rule[] = []) {
  const known = { current: rows };
  const errors: unknown[] = [];
  const log = { error: (message: string, fields?: object) => void errors.push({ message, ...fields }) };
  const authorization = createAuthorization({ authorization: { rules: own } }, known, log);
  const ask = (path = PATH, peer = verified("web01"), method = "GET") =>
    authorization.explain({ method, path, query: "", peer });
  return { known, errors, authorization, ask };
}

describe("a kept rule", () => {
  it("decides among the others, by its order", () => {
    expect(authorizationOf([]).ask()).toMatchObject({ allowed: true, rule: "puppetlabs environments" });
    expect(authorizationOf([kept("no", denial())]).ask()).toMatchObject({ allowed: false, rule: "no" });
    const late = kept("no", denial({ "sort-order": 501 }));
    expect(authorizationOf([late]).ask()).toMatchObject({ allowed: true });
  });

  it("decides from the moment that it is known, and no longer than that", () => {
    const { known, ask } = authorizationOf([]);
    const seen = [[], [kept("no", denial())], [kept("no", denial({ deny: "web02" }))], []].map((rows) => {
      known.current = rows;
      return ask().allowed;
    });
    expect(seen).toEqual([true, false, false, true]);
    known.current = [kept("yes", { ...denial(), deny: undefined, "allow-unauthenticated": true })];
    expect(ask(PATH, nobody)).toMatchObject({ allowed: true, rule: "yes" });
  });

  it("is compiled once for as long as nothing changes", () => {
    let [read, asked] = [0, 0];
    const row = {
      ...kept("no", {}),
      get spec() {
        read += 1;
        return denial();
      },
    };
    const rows = [row];
    const known: KnownAuthorizationRules = {
      get current() {
        asked += 1;
        return rows;
      },
    };
    const authorization = createAuthorization({ authorization: { rules: [] } }, known);
    const once = read;
    for (let i = 0; i < 100; i++) authorization.explain({ method: "GET", path: PATH, query: "", peer: nobody });
    expect([read, asked]).toEqual([once, 101]);
  });

  it("takes the place of a default one by its name, and gives it back", () => {
    const spec = denial({ "sort-order": 500, deny: undefined, allow: "ci.example.org" });
    const { known, ask, authorization } = authorizationOf([kept("puppetlabs environments", spec)]);
    expect([ask().allowed, ask(PATH, verified("ci.example.org")).allowed]).toEqual([false, true]);
    expect(authorization.rules.filter(({ name }) => name === "puppetlabs environments")).toHaveLength(1);
    known.current = [];
    expect(ask().allowed).toBe(true);
  });

  it("counts for nothing where the configuration has its name: the file wins", () => {
    const own: Rule = { ...(denial() as Omit<Rule, "name">), name: "ours", deny: "web02", allow: "*" };
    const { ask, authorization } = authorizationOf([kept("ours", denial())], [own]);
    expect(ask()).toMatchObject({ allowed: true, rule: "ours" });
    expect(authorization.rules.filter(({ name }) => name === "ours")).toMatchObject([
      { origin: "configuration", createdBy: null },
    ]);
  });

  it("of another protocol is none of Puppet's", () => {
    const { ask, authorization, errors } = authorizationOf([kept("no", denial(), "glpi"), kept("x", null, "glpi")]);
    expect(ask().allowed).toBe(true);
    expect([authorization.rules.filter(({ origin }) => origin === "stored"), errors]).toEqual([[], []]);
  });

  it("is listed with who put it", () => {
    const { authorization } = authorizationOf([kept("no", denial())]);
    expect(authorization.rules[0]).toEqual({
      name: "no",
      sortOrder: 400,
      methods: ["any"],
      path: PATH,
      who: "not any node",
      origin: "stored",
      createdAt: AT,
      createdBy: "ada",
      fault: null,
    });
    expect(authorization.rules.at(-1)).toMatchObject({ origin: "default", createdAt: null, createdBy: null });
  });
});

describe("a kept rule that means nothing", () => {
  it.each<[string, object]>([
    ["an entry that is none", { allow: "web 01", deny: undefined }],
    ["nobody whom it is for", { deny: undefined }],
    ["an entry of a later version", { allow: [{ fact: "x" }] }],
    ["a field of a later version", { "allow-cidr": "10.0.0.0/8" }],
    ["a group that its path does not capture", { allow: "$1", deny: undefined }],
    ["a text where there is a boolean", { deny: undefined, "allow-unauthenticated": "true" }],
  ])("denies what it is for, in its order: %s", (_, said) => {
    const { ask, errors, authorization } = authorizationOf([kept("odd", denial(said))]);
    for (const peer of [nobody, verified("web01"), verified("admin", { pp_cli_auth: "true" })])
      expect(ask(PATH, peer)).toMatchObject({ allowed: false, rule: "odd" });
    expect(ask("/puppet/v3/file_content/x")).toMatchObject({ allowed: true });
    expect(errors).toEqual([expect.objectContaining({ rule: "odd", fault: expect.stringMatching(/\w.*\.$/) })]);
    expect(authorization.rules[0]).toMatchObject({ name: "odd", sortOrder: 400, fault: expect.any(String) });
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "deny"],
    ["a list", []],
    ["no order", { ...denial(), "sort-order": undefined }],
    ["an order as text", denial({ "sort-order": "400" })],
    ["an order beyond the last", denial({ "sort-order": 1000 })],
    ["no path", denial({ "match-request": undefined })],
    ["a kind of path of a later version", denial({ "match-request": { path: PATH, type: "glob" } })],
    ["a verb of a later version", denial({ "match-request": { path: PATH, type: "path", method: "query" } })],
    ["an expression that is none", denial({ "match-request": { path: "(", type: "regex" } })],
    ["an expression without an end", denial({ "match-request": { path: "(?=x)", type: "regex" } })],
    ["a path without its beginning", denial({ "match-request": { path: "x", type: "path" } })],
    ["__proto__", JSON.parse(`{"__proto__": ${JSON.stringify(denial())}}`)],
  ])("denies everything where what it is for cannot be read: %s", (_, spec) => {
    const { known, ask, errors } = authorizationOf([kept("odd", spec), kept("a", denial({ "sort-order": 1 }))]);
    for (const path of [PATH, "/puppet-ca/v1/certificate/ca", "/puppet/v3/file_content/x"])
      expect(ask(path)).toMatchObject({ allowed: false, rule: "odd" });
    expect(errors).toHaveLength(1);
    known.current = [];
    expect(ask()).toMatchObject({ allowed: true });
  });

  it("leaves the router standing, which says 403 and logs the rule", async () => {
    const { send, lines } = await serve({ authorizationRules: { current: [kept("odd", { "sort-order": 1 })] } });
    expect((await send("GET", "/puppet-ca/v1/certificate/ca")).status).toBe(403);
    expect(lines.filter(({ level }) => level === "error")).toMatchObject([{ fields: { rule: "odd" } }]);
  });
});

describe("the check of a rule that is to be kept", () => {
  const { check } = puppetAdapter.authorizationRules;

  it.each([
    ["own", denial()],
    ["puppetlabs deny all", denial({ "sort-order": 999 })],
    ["__proto__", denial({ deny: undefined, allow: [{ extensions: JSON.parse('{"__proto__": "x"}') }] })],
  ])("takes %s", (name, spec) => {
    expect(check(name, JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  });

  it.each<[string, string, unknown, RegExp]>([
    ["no name", "", denial(), /name/],
    ["a huge name", "n".repeat(513), denial(), /name/],
    ["half a character in the name", "\ud800", denial(), /half a character/],
    ["U+0000", "own", denial({ deny: "web\u000001" }), /U\+0000/],
    ["U+0000 in a key", "own", denial({ "\u0000": 1 }), /U\+0000/],
    ["a name inside", "own", denial({ name: "other" }), /additional properties/],
    ["nothing", "own", null, /object/],
    ["no path", "own", { ...GUESTS, "match-request": undefined, "sort-order": 1 }, /match-request/],
    ["nobody whom it is for", "own", { ...GUESTS, "sort-order": 1 }, /is missing/],
    ["both", "own", denial({ "allow-unauthenticated": true }), /do not go together/],
    ["a path without its beginning", "own", denial({ "match-request": { path: "x", type: "path" } }), /begin with/],
    ["an expression that is none", "own", denial({ "match-request": { path: "(", type: "regex" } }), /expression/],
    ["too many entries", "own", denial({ deny: Array(1001).fill("x") }), /deny/],
    ["a group that there is not", "own", denial({ deny: "$1" }), /no group/],
    ["an alternative name", "own", denial({ deny: { extensions: { "subject-alt-name": "x" } } }), /who a node is/],
  ])("refuses %s", (_, name, spec, why) => {
    const refusal = { code: "request-malformed", message: expect.stringMatching(why) };
    expect(() => check(name, spec as AuthorizationRuleSpec)).toThrow(expect.objectContaining(refusal));
  });
});

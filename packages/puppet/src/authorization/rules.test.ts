import type { Peer } from "@gatehouse/http";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { puppetConfigSchema } from "../config.js";
import { nobody, verified } from "../puppet.test.helper.js";
import { createAuthorization } from "./authorization.js";
import type { Rule, RuleEntry } from "./rule.js";

const V3 = "/puppet/v3";
const rule = (said: Partial<Rule> = {}): Rule => ({
  name: "own",
  "sort-order": 400,
  "match-request": { path: `${V3}/x`, type: "path" },
  ...(said.allow || said.deny || said["allow-unauthenticated"] ? {} : { allow: "*" }),
  ...said,
});
const called = (rules: readonly Rule[], said: { method?: string; path?: string; query?: string; peer?: Peer } = {}) =>
  createAuthorization({ authorization: { rules } }).explain({
    method: "GET",
    path: `${V3}/x`,
    query: "",
    peer: verified("web01.example.org"),
    ...said,
  });
const allows = (...said: Parameters<typeof called>) => called(...said).allowed;
/** Whether one entry lets a node in, where the path captured `captured`. */
const lets = (entry: RuleEntry, name: string, extensions: Record<string, string> = {}, captured = "web01") =>
  allows([rule({ "match-request": { path: `^${V3}/x/([^/]+)/([^/]+)?$`, type: "regex" }, allow: entry })], {
    path: `${V3}/x/${captured}/`,
    peer: verified(name, extensions),
  });

describe("which rule decides", () => {
  it("is the first that matches, by sort-order, then by name", () => {
    const rules = [
      rule({ name: "c", "sort-order": 401 }),
      rule({ name: "b", deny: "*" }),
      rule({ name: "a", "match-request": { path: `${V3}/xyz`, type: "path" } }),
      rule({ name: "B" }),
    ];
    expect(called(rules).rule).toBe("B");
    expect(called(rules.toReversed())).toEqual(called(rules));
    expect(called(rules.filter(({ name }) => name !== "B"))).toMatchObject({ rule: "b", allowed: false });
    expect(called(rules.filter(({ name }) => name > "b")).rule).toBe("c");
  });

  it("comes before the default ones below 500, and after them above", () => {
    const path = `${V3}/environments`;
    const denial = { deny: "*", "match-request": { path, type: "path" } } as const;
    expect(called([rule({ ...denial, "sort-order": 499 })], { path })).toMatchObject({ rule: "own", allowed: false });
    expect(called([rule({ ...denial, "sort-order": 501 })], { path }).rule).toBe("puppetlabs environments");
  });

  it("takes the place of a default one by its name", () => {
    const replaced = rule({
      name: "puppetlabs environments",
      "sort-order": 500,
      "match-request": { path: `${V3}/environments`, type: "path", method: "get" },
      allow: "ci.example.org",
    });
    const path = `${V3}/environments`;
    expect(allows([replaced], { path })).toBe(false);
    expect(allows([replaced], { path, peer: verified("ci.example.org") })).toBe(true);
  });

  it("denies where none matches at all", () => {
    const rules = [rule({ name: "puppetlabs deny all", "match-request": { path: "/nowhere", type: "path" } })];
    expect(called(rules, { path: "/puppet/v5" })).toEqual({
      rule: null,
      allowed: false,
      why: "what no rule is for is denied",
    });
    const authorize = () =>
      createAuthorization({ authorization: { rules } }).authorize({
        method: "GET",
        path: "/puppet/v5",
        query: "",
        peer: nobody,
      });
    expect(authorize).toThrow(expect.objectContaining({ detail: expect.stringContaining("no rule matches") }));
  });
});

describe("what a rule matches", () => {
  it("is what begins with its path", () => {
    expect(allows([rule()], { path: `${V3}/xyz/1` })).toBe(true);
    expect(allows([rule()], { path: `${V3}/y` })).toBe(false);
    expect(allows([rule()], { path: `/x${V3}/x` })).toBe(false);
  });

  it("is what its regex is found in", () => {
    const request = { path: "/(x|y)$", type: "regex" } as const;
    expect(allows([rule({ "match-request": request })], { path: `${V3}/y` })).toBe(true);
    expect(allows([rule({ "match-request": request })], { path: `${V3}/y/` })).toBe(false);
  });

  it.each<[Rule["match-request"]["method"], string[]]>([
    [undefined, ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]],
    ["any", ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]],
    ["get", ["GET"]],
    [
      ["get", "head"],
      ["GET", "HEAD"],
    ],
    [
      ["put", "any"],
      ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"],
    ],
  ])("is one of its methods: %j", (method, expected) => {
    const rules = [rule({ "match-request": { path: `${V3}/x`, type: "path", ...(method ? { method } : {}) } })];
    const verbs = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"];
    expect(verbs.filter((verb) => allows(rules, { method: verb }))).toEqual(expected);
  });

  it.each([
    ["environment=dev", true],
    ["environment=test&x=1", true],
    ["x=1&environment=d%65v", true],
    ["", false],
    ["environment=", false],
    ["environment=production", false],
    ["environment=production&environment=dev", false],
    ["environment=dev&environment=production", true],
    ["Environment=dev", false],
    ["environment[]=dev", false],
  ])("has its query parameters, as the handler will read them: %s", (query, expected) => {
    const request = { path: `${V3}/x`, type: "path", "query-params": { environment: ["dev", "test"] } } as const;
    expect(allows([rule({ "match-request": request })], { query })).toBe(expected);
    expect(["dev", "test"].includes(new URLSearchParams(query).get("environment") ?? "")).toBe(expected);
  });

  it("has all of its query parameters", () => {
    const request = { path: `${V3}/x`, type: "path", "query-params": { a: "1", b: "2" } } as const;
    expect(allows([rule({ "match-request": request })], { query: "a=1&b=2" })).toBe(true);
    expect(allows([rule({ "match-request": request })], { query: "a=1" })).toBe(false);
  });
});

describe("whom an entry is for", () => {
  it.each<[RuleEntry, string, boolean]>([
    ["*", "anything", true],
    ["web01.example.org", "web01.example.org", true],
    ["web01.example.org", "web01.example.org.", false],
    ["web01.example.org", "web01.example.orgx", false],
    ["web01.example.org", "xweb01.example.org", false],
    ["web01.example.org", "web01xexample.org", false],
    ["WEB01.example.org", "web01.example.org", true],
    ["web01", "web01", true],
    ["web01", "web01.example.org", false],
    ["*.example.org", "web01.example.org", true],
    ["*.example.org", "a.b.example.org", true],
    ["*.EXAMPLE.org", "web01.example.org", true],
    ["*.example.org", "example.org", true],
    ["*.example.org", "web01.example.com", false],
    ["*.example.org", "badexample.org", false],
    ["*.example.org", "web01.example.org.evil", false],
    ["/^web\\d+\\./", "web01.example.org", true],
    ["/^web\\d+\\./", "db01.example.org", false],
    ["/example/", "web01.example.org", true],
    [{ certname: "web01" }, "web01", true],
    [{ certname: "web01" }, "web02", false],
  ])("%j and %s: %s", (entry, name, expected) => {
    expect(lets(entry, name)).toBe(expected);
  });

  it.each<[string, string, string, boolean]>([
    ["$1", "web01", "web01", true],
    ["$1", "web02", "web01", false],
    ["$1", "WEB01", "web01", false],
    ["$1", "web01", "WEB01", false],
    ["$1.example.org", "web01.example.org", "web01", true],
    ["$1.example.org", "web01", "web01", false],
    // Puppetserver makes a rule of its own of what was captured; here it is text.
    ["$1", "web01", "*", false],
    ["$1", "web01.example.org", "*.example.org", false],
    ["$1", "$1", "$1", true],
    ["$1", "$&", "$&", true],
    ["$1", "x", "$&", false],
    ["$2", "", "web01", false],
    ["$2", "undefined", "web01", false],
  ])("%s for %s, where the path holds %s: %s", (entry, name, captured, expected) => {
    expect(lets(entry, name, {}, captured)).toBe(expected);
  });

  it.each<[Record<string, string | string[]>, Record<string, string>, boolean]>([
    [{ pp_cli_auth: "true" }, { pp_cli_auth: "true" }, true],
    [{ pp_cli_auth: "true" }, { pp_cli_auth: "TRUE" }, false],
    [{ pp_cli_auth: "true" }, {}, false],
    [{ pp_role: ["web", "db"] }, { pp_role: "db" }, true],
    [{ pp_role: ["web", "db"] }, { pp_role: "mail" }, false],
    [{ pp_role: "web", pp_zone: "a" }, { pp_role: "web", pp_zone: "a", pp_x: "y" }, true],
    [{ pp_role: "web", pp_zone: "a" }, { pp_role: "web" }, false],
    [{ "1.3.6.1.4.1.34380.1.3.39": "true" }, { pp_cli_auth: "true" }, true],
    [{ "1.3.6.1.4.1.34380.1.1.13": "web" }, { pp_role: "web" }, true],
    [{ "1.3.6.1.4.1.34380.1.1.1": "u" }, { pp_uuid: "u" }, true],
    [{ "1.3.6.1.4.1.34380.1.1.26": "o" }, { pp_owner: "o" }, true],
    [{ "1.3.6.1.4.1.34380.1.2.7": "x" }, { "1.3.6.1.4.1.34380.1.2.7": "x" }, true],
    [{ toString: "x" }, {}, false],
    [{ __proto__x: "x" }, {}, false],
  ])("extensions %j, of a certificate with %j: %s", (extensions, has, expected) => {
    expect(lets({ extensions }, "web01", has)).toBe(expected);
  });

  it("asks for both the name and the extensions where it names both", () => {
    const entry = { certname: "web01", extensions: { pp_role: "web" } };
    expect(lets(entry, "web01", { pp_role: "web" })).toBe(true);
    expect(lets(entry, "web02", { pp_role: "web" })).toBe(false);
    expect(lets(entry, "web01")).toBe(false);
  });

  it("looks at deny first, and lets nobody in who is in neither", () => {
    const rules = [rule({ allow: ["*.example.org", "db"], deny: ["evil.example.org", { certname: "/^bad/" }] })];
    const who = ["web.example.org", "evil.example.org", "bad.example.org", "db", "mail"];
    expect(who.filter((name) => allows(rules, { peer: verified(name) }))).toEqual(["web.example.org", "db"]);
    expect(called(rules, { peer: verified("bad.example.org") }).why).toBe(
      'bad.example.org is denied by {"certname":"/^bad/"}',
    );
  });

  it("is nobody without a certificate of Puppet's, unless the rule lets everybody in", () => {
    for (const peer of [nobody, verified("web01", {}, "inventory")]) {
      expect(allows([rule()], { peer })).toBe(false);
      expect(allows([rule({ "allow-unauthenticated": true })], { peer })).toBe(true);
    }
  });
});

describe("a rule that means nothing", () => {
  it.each<[Partial<Rule>, string]>([
    [{ allow: "*", "allow-unauthenticated": true }, "do not go together"],
    [{ deny: "*", "allow-unauthenticated": true }, "do not go together"],
    [{ allow: [] }, "missing"],
    [{ "allow-unauthenticated": false, allow: [] }, "missing"],
    [{ "match-request": { path: "puppet", type: "path" } }, "does not begin with /"],
    [{ "match-request": { path: "(a", type: "regex" } }, "the regular expression has a ( without its )"],
    [{ "match-request": { path: "(?=a)", type: "regex" } }, "the regular expression has a (? that is not (?:"],
    [{ allow: "$1" }, "$1 stands for no group"],
    [{ deny: "x$2", "match-request": { path: "^/(a)", type: "regex" } }, "$2 stands for no group"],
    [{ allow: "$0", "match-request": { path: "^/(a)", type: "regex" } }, "$0 stands for no group"],
    [{ allow: "a b" }, '"a b" is no certname'],
    [{ allow: "web*" }, '"web*" is no certname'],
    [{ allow: "**" }, '"**" is no certname'],
    [{ allow: "*.exa*mple" }, "is no certname"],
    [{ allow: "/a(/" }, "the regular expression has a ( without its )"],
    [{ allow: "/a" }, "is no certname"],
    [{ deny: { certname: "ü" } }, "is no certname"],
    [{ allow: { extensions: { "subject-alt-name": "x" } } }, "subject-alt-name"],
  ])("%j is refused at the start, and named", (said, why) => {
    const make = () => createAuthorization({ authorization: { rules: [rule({ name: "the odd one", ...said })] } });
    expect(make).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        message: expect.stringContaining('puppet.authorization.rules, "the odd one": '),
      }),
    );
    expect(make).toThrow(expect.objectContaining({ message: expect.stringContaining(why) }));
  });

  it("has no name of its own", () => {
    expect(() => createAuthorization({ authorization: { rules: [rule(), rule()] } })).toThrow(/another rule/);
  });
});

describe("puppetConfigSchema", () => {
  const validate = new Ajv({ strict: false, useDefaults: true }).compile(puppetConfigSchema);
  const fits = (value: unknown) => validate({ authorization: { rules: [value] } });

  it("has no rules of an operator's own by default", () => {
    const config = {};
    expect(validate(config)).toBe(true);
    expect(config).toMatchObject({ authorization: { rules: [] } });
  });

  it("takes what auth.conf has", () => {
    expect(fits(rule())).toBe(true);
    expect(
      fits({
        name: "n",
        "sort-order": 1,
        "match-request": { path: "^/(a)$", type: "regex", method: ["get"], "query-params": { a: "b", c: ["d", "e"] } },
        allow: ["$1", { certname: "x", extensions: { pp_role: ["a", "b"] } }],
        deny: { extensions: { pp_zone: "z" } },
      }),
    ).toBe(true);
    expect(fits(rule({ "allow-unauthenticated": true }))).toBe(true);
  });

  it.each<[string, unknown]>([
    ["no name", { ...rule(), name: undefined }],
    ["an empty name", { ...rule(), name: "" }],
    ["no sort-order", { ...rule(), "sort-order": undefined }],
    ["sort-order 0", rule({ "sort-order": 0 })],
    ["sort-order 1000", rule({ "sort-order": 1000 })],
    ["half a sort-order", rule({ "sort-order": 1.5 })],
    ["no path", { ...rule(), "match-request": { type: "path" } }],
    ["no type", { ...rule(), "match-request": { path: "/" } }],
    ["another type", { ...rule(), "match-request": { path: "/", type: "glob" } }],
    ["another method", { ...rule(), "match-request": { path: "/", type: "path", method: "patch" } }],
    ["no method", { ...rule(), "match-request": { path: "/", type: "path", method: [] } }],
    [
      "a query parameter that is a number",
      { ...rule(), "match-request": { path: "/", type: "path", "query-params": { a: 1 } } },
    ],
    ["an unknown key", { ...rule(), allowed: "*" }],
    ["an unknown key of an entry", { ...rule(), allow: { name: "x" } }],
    ["an empty entry", { ...rule(), allow: {} }],
    ["a list of nothing", { ...rule(), allow: [] }],
    ["a regex of 513 characters", { ...rule(), "match-request": { path: "a".repeat(513), type: "regex" } }],
    ["permissions, which there are none of", { ...rule(), allow: { rbac: { permission: "a:b:c" } } }],
  ])("refuses %s", (_, value) => {
    expect(fits(JSON.parse(JSON.stringify(value)))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { explainCall, rulesOf, rulesText } from "./config-explain.js";
import { run } from "./program.js";

const { puppet } = loadConfig({}, {});
const guests = {
  name: "no catalogs for guests",
  "sort-order": 400,
  "match-request": { path: "/puppet/v3/catalog/", type: "path", "query-params": { environment: "production" } },
  deny: "*.guests.example.org",
  allow: "*",
};
const explain = (call: string, certname?: string, extension?: Record<string, string>, config = puppet) =>
  explainCall(config, {
    explain: call,
    ...(certname === undefined ? {} : { certname }),
    ...(extension === undefined ? {} : { extension }),
  });
const CATALOG = "puppetlabs v3 catalog from agents";

async function gatehouse(args: string[], env: NodeJS.ProcessEnv = {}) {
  let [out, err] = ["", ""];
  const context = {
    env,
    out: (text: string | Uint8Array) => {
      out += text;
    },
    warn: (text: string) => {
      err += text;
    },
  };
  return { code: await run(args, context), out, err };
}

describe("a call", () => {
  it.each<[call: string, certname: string | undefined, allowed: boolean, rule: string | null, why: RegExp]>([
    ["GET /puppet/v3/catalog/web01", "web01", true, CATALOG, /web01 is allowed by \$1/],
    ["GET /puppet/v3/catalog/web01", "web02", false, CATALOG, /web02 is not among those/],
    ["GET /puppet/v3/catalog/web01", undefined, false, CATALOG, /the caller has no certificate/],
    ["get  /puppet/v3/catalog/web01?environment=production", "web01", true, CATALOG, /web01/],
    // Rules see a path decoded once.
    ["GET /puppet/v3/catalog/web%30%31", "web01", true, CATALOG, /web01/],
    ["GET /%70uppet/v3/catalog/web01", "web01", true, CATALOG, /web01/],
    ["GET /puppet/v3/catalog/web02%2Fweb01", "web01", false, "puppetlabs deny all", /denied by \*/],
    ["GET /certificate/ca", undefined, true, "puppetlabs certificate", /no certificate is needed/],
    ["DELETE /puppet-ca/v1/certificate_request/web01", "web01", false, "puppetlabs deny all", /denied by \*/],
    ["POST /puppet-ca/v1/sign", "web01", false, "puppetlabs cert sign", /not among those/],
  ])("%s of %s: %s", (call, certname, allowed, rule, why) => {
    expect(explain(call, certname)).toEqual({ allowed, rule, why: expect.stringMatching(why) });
  });

  it.each([
    [{ pp_cli_auth: "true" }, true],
    [{ pp_cli_auth: "false" }, false],
    [{ pp_auth_role: "true" }, false],
  ])("of who has a certificate with %j is one of an administrator: %s", (extension, allowed) => {
    const decision = explain("PUT /puppet-ca/v1/certificate_status/web01", "admin", extension);
    expect(decision).toMatchObject({ allowed, rule: "puppetlabs cert status" });
  });

  it("is decided by the configuration's own rules too, with what it asks for", () => {
    const { puppet: config } = loadConfig({}, { GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([guests]) });
    const ask = (query: string) =>
      explain(`GET /puppet/v3/catalog/a.guests.example.org${query}`, "a.guests.example.org", {}, config);
    expect(ask("?environment=production")).toMatchObject({ allowed: false, rule: guests.name });
    expect(ask("?environment=test")).toMatchObject({ allowed: true, rule: CATALOG });
    expect(ask("")).toMatchObject({ allowed: true, rule: CATALOG });
  });

  it.each([
    "",
    "GET",
    "/puppet/v3/catalog/web01",
    "GET puppet/v3/catalog/web01",
    "GET /api/v1/nodes",
    "GET /puppets/x",
  ])("of Puppet's is not %j", (call) => {
    const message = expect.stringContaining(`This is no call of Puppet's: ${JSON.stringify(call)}.`);
    expect(() => explain(call)).toThrow(expect.objectContaining({ code: "request-malformed", message }));
  });

  it.each([
    ["GET /puppet/v3/catalog/%2577eb01", /encoded twice/],
    ["GET /puppet/v3/catalog/web02/../web01", /Invalid relative path/],
    ["GET /puppet/v3/catalog/%2E%2E/web01", /Invalid relative path/],
    ["GET /puppet/v3/catalog/%zz", /broken percent-encoding/],
  ])("%s is refused before any rule is asked", (call, why) => {
    const refusal = { code: "request-malformed", message: expect.stringMatching(why) };
    expect(() => explain(call, "web01")).toThrow(expect.objectContaining(refusal));
  });
});

describe("the rules", () => {
  it("are listed in the order in which they are asked", () => {
    const { puppet: config } = loadConfig({}, { GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([guests]) });
    const rules = rulesOf(config);
    expect(rules).toHaveLength(rulesOf(puppet).length + 1);
    expect(rules[0]).toEqual({
      name: guests.name,
      sortOrder: 400,
      methods: ["any"],
      path: "/puppet/v3/catalog/",
      who: "not *.guests.example.org; any node",
      origin: "configuration",
    });
    expect(rules.map(({ sortOrder }) => sortOrder)).toEqual(
      rules.map(({ sortOrder }) => sortOrder).toSorted((a, b) => a - b),
    );
    expect(rules.at(-1)).toMatchObject({ name: "puppetlabs deny all", sortOrder: 999, who: "not any node" });
    const [head, first] = rulesText(rules).split("\n");
    expect(head).toMatch(/^ORDER +RULE +METHOD +PATH +WHO$/);
    expect(first).toMatch(/^400 +no catalogs for guests +any +\/puppet\/v3\/catalog\/ +not \*\.guests/);
  });
});

describe("gatehouse config check", () => {
  it("says that the configuration is good, and lists the rules", async () => {
    const { code, out, err } = await gatehouse(["config", "check"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("The configuration is good.");
    expect(out).toContain(rulesText(rulesOf(puppet)));
    const json = JSON.parse((await gatehouse(["--json", "config", "check"])).out);
    expect(json).toEqual({ ok: true, puppet: { rules: rulesOf(puppet) } });
  });

  it("explains a call, with exit code 0 either way", async () => {
    const call = ["config", "check", "--explain", "PUT /puppet-ca/v1/clean", "--certname", "admin"];
    const denied = await gatehouse(call);
    expect(denied).toMatchObject({ code: 0, err: "" });
    expect(denied.out).toMatch(/^decision +denied\nrule +puppetlabs cert clean\nbecause +admin is not among/);
    const allowed = await gatehouse([
      ...call,
      "--extension",
      "pp_cli_auth=true",
      "--extension",
      "pp_role=a=b",
      "--json",
    ]);
    expect(JSON.parse(allowed.out)).toEqual({
      allowed: true,
      rule: "puppetlabs cert clean",
      why: expect.stringContaining("admin is allowed by"),
    });
  });

  it.each([
    [["--explain", "GET /nodes"], 1, "This is no call of Puppet's"],
    [["--explain", "GET /puppet/v3/facts/x", "--extension", "pp_cli_auth"], 2, "It looks like pp_role=web."],
  ])("refuses %j with exit code %i", async (args, code, text) => {
    const refused = await gatehouse(["config", "check", ...args]);
    expect(refused).toMatchObject({ code, out: "" });
    expect(refused.err).toContain(text);
  });

  it("names the rule that means nothing, and what is wrong with it", async () => {
    const bad = { ...guests, deny: "$1", allow: undefined };
    const env = { GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([bad]) };
    const refused = await gatehouse(["config", "check"], env);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toMatch(/puppet\.authorization\.rules, "no catalogs for guests": .*\$1 stands for no group/);
  });
});

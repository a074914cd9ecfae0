import { describe, expect, it } from "vitest";
import { oidNamesOf } from "./authority.js";
import { loadConfig } from "./load.js";

const load = (env: NodeJS.ProcessEnv) => loadConfig({}, env).ca;
const autosign = (...rules: unknown[]) => load({ GATEHOUSE_CA_AUTOSIGN: JSON.stringify(rules) }).autosign;
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "config-invalid", message: expect.stringMatching(message) });
const good = { name: "lab", kind: "glob", pattern: "*.lab.example.org" };
const SITE = "1.3.6.1.4.1.34380.1.2.1";

it("has a default for everything", () => {
  expect(load({})).toEqual({
    name: "",
    selfSigned: false,
    keyBits: 4096,
    caDays: 5475,
    certificateDays: 1825,
    crlDays: 1825,
    leafKey: "rsa-2048",
    autoRenewal: false,
    autoRenewalDays: 90,
    allowDuplicates: false,
    allowSubjectAltNames: false,
    allowAuthorizationExtensions: false,
    confirmSeconds: 30,
    pendingRequests: 5000,
    autosign: [],
    oids: {},
  });
});

it.each([
  ["GATEHOUSE_CA_KEY_BITS", "3072", { keyBits: 3072 }],
  ["GATEHOUSE_CA_NAME", "Our CA", { name: "Our CA" }],
  ["GATEHOUSE_CA_SELF_SIGNED", "true", { selfSigned: true }],
  ["GATEHOUSE_CA_LEAF_KEY", "ec-p256", { leafKey: "ec-p256" }],
  ["GATEHOUSE_CA_OIDS", ` {"${SITE}":"site"}`, { oids: { [SITE]: "site" } }],
  ["GATEHOUSE_CA_AUTOSIGN", JSON.stringify([good]), { autosign: [good] }],
])("is set by %s=%s", (name, text, said) => {
  expect(load({ [name]: text })).toMatchObject(said);
});

it.each([
  ["GATEHOUSE_CA_KEY_BITS", "1024", /ca\.keyBits: .*\(2048, 3072, 4096\)/],
  ["GATEHOUSE_CA_KEY_BITS", "many", /ca\.keyBits: /],
  ["GATEHOUSE_CA_LEAF_KEY", "dsa", /ca\.leafKey: .*\(rsa-2048, rsa-4096, ec-p256\)/],
  ["GATEHOUSE_CA_NAME", "n".repeat(65), /ca\.name: /],
  ["GATEHOUSE_CA_CONFIRM_SECONDS", "4", /ca\.confirmSeconds: must be >= 5/],
  ["GATEHOUSE_CA_AUTOSIGN", "*.example.org", /ca\.autosign\.0: must be object/],
  ["GATEHOUSE_CA_OIDS", "site", /ca\.oids: must be object/],
  ["GATEHOUSE_CA_OIDS", "{site", /GATEHOUSE_CA_OIDS begins like a JSON mapping and is none/],
])("is not set by %s=%s", (name, text, message) => {
  expect(() => load({ [name]: text })).toThrow(invalid(message));
});

it("keeps certificates from lasting longer than the authority", () => {
  const days = (GATEHOUSE_CA_CERTIFICATE_DAYS: string) =>
    load({ GATEHOUSE_CA_CA_DAYS: "30", GATEHOUSE_CA_CERTIFICATE_DAYS }).certificateDays;
  expect(days("30")).toBe(30);
  expect(() => days("31")).toThrow(invalid(/ca\.certificateDays is longer than ca\.caDays/));
});

describe("ca.autosign", () => {
  it("is taken as it is written, in its order", () => {
    const rules = [good, { name: "all", kind: "all" }, { name: "one", kind: "name", certname: "web01" }];
    expect(autosign(...rules)).toEqual(rules);
  });

  it.each([
    [{ name: "x", kind: "magic" }, /is of an unknown kind/],
    [{ kind: "all" }, /needs a name/],
    [{ ...good, patern: "*" }, /has an unknown key patern/],
    [{ ...good, pattern: "example.org" }, /needs a pattern such as \*\.example\.org/],
    [{ name: "x", kind: "token", sha256: "abc" }, /needs the SHA-256 of its secret/],
    [{ name: "x", kind: "executable", path: "bin/ours" }, /needs an absolute path/],
    [{ ...good, profile: "operator" }, /needs a profile of puppet or inventory/],
    [{ name: "x", kind: "extension", extension: "site", value: "a" }, /needs the name or OID of an extension/],
    [good, /has the name lab, which is there already/],
  ])("with the rule %j stops the start, and says which one it is and why", (bad, problem) => {
    expect(() => autosign(good, bad)).toThrow(invalid(problem));
    expect(() => autosign(good, bad)).toThrow(/\brule 2\b/);
  });
});

describe("ca.oids", () => {
  it("are names that rules may use", () => {
    const rule = { name: "x", kind: "extension", extension: "site", value: "a" };
    const ca = load({
      GATEHOUSE_CA_OIDS: JSON.stringify({ [SITE]: "site" }),
      GATEHOUSE_CA_AUTOSIGN: JSON.stringify([rule]),
    });
    expect(ca.autosign).toEqual([rule]);
    const names = oidNamesOf(ca);
    expect([names.nameOf(SITE), names.oidOf("site"), names.oidOf("pp_role")]).toEqual([
      "site",
      SITE,
      "1.3.6.1.4.1.34380.1.1.13",
    ]);
    expect(oidNamesOf({ oids: {} }).nameOf(SITE)).toBe(SITE);
  });

  it.each([
    [{ "1.2.3": "site" }, /1\.2\.3 .*is not below/],
    [{ [SITE]: "pp_role" }, /needs a name of its own/],
    [{ "1.3.6.1.4.1.34380.1.1.13": "role" }, /has a name already/],
  ])("are not %j", (oids, problem) => {
    expect(() => load({ GATEHOUSE_CA_OIDS: JSON.stringify(oids) })).toThrow(invalid(problem));
  });
});

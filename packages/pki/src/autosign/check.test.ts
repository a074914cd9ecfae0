import { autosignRuleSchemas } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { puppetOids } from "../oids.js";
import { checkAutosignPolicy } from "./check.js";
import { tokenHash } from "./token.js";

const sha256 = tokenHash("x");
const check = (...rules: unknown[]) => checkAutosignPolicy({ rules }, puppetOids);

describe("a policy as an operator writes it", () => {
  it("is taken as it is", () => {
    const rules = [
      { kind: "all", name: "a" },
      { kind: "name", name: "b", certname: "web01" },
      { kind: "glob", name: "c", pattern: "*.example.org" },
      {
        kind: "token",
        name: "d",
        sha256,
        uses: 5,
        expiresAt: "2027-01-01T00:00:00Z",
        readmit: true,
        names: ["*.example.org"],
      },
      { kind: "token", name: "e", profile: "inventory", sha256, uses: null },
      { kind: "extension", name: "f", extension: "pp_role", value: "web*" },
      { kind: "executable", name: "g", path: "/opt/policy", timeoutSeconds: 5 },
    ];
    expect(check(...rules).rules).toEqual(rules);
    expect(check().rules).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ kind: "all" }, "rule 1 needs a name of up to 100 characters"],
    [{ name: "a" }, "rule 1 is of an unknown kind"],
    [{ name: "a", kind: "toString" }, "rule 1 is of an unknown kind"],
    ["all", "rule 1 must have a name and a kind"],
    [{ name: "a", kind: "all", certname: "x" }, "rule 1 has an unknown key certname"],
    [{ name: "a", kind: "name" }, "rule 1 needs a certname without asterisks"],
    [{ name: "a", kind: "name", certname: "*.x" }, "rule 1 needs a certname without asterisks"],
    [{ name: "a", kind: "glob", pattern: "web01" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "glob", pattern: "*" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "glob", pattern: "*.x y" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "token", sha256: "secret" }, "rule 1 needs the SHA-256 of its secret, in lower-case hex"],
    [
      { name: "a", kind: "token", sha256: sha256.toUpperCase() },
      "rule 1 needs the SHA-256 of its secret, in lower-case hex",
    ],
    [{ name: "a", kind: "token", id: "1", sha256 }, "rule 1 has an unknown key id"],
    [{ name: "a", kind: "all", profile: "operator" }, "rule 1 needs a profile of puppet or inventory"],
    [{ name: "a".repeat(101), kind: "all" }, "rule 1 needs a name of up to 100 characters"],
    [{ name: "a", kind: "token", sha256, uses: 0 }, "rule 1 needs a number of uses from 1, or null"],
    [{ name: "a", kind: "token", sha256, uses: 1.5 }, "rule 1 needs a number of uses from 1, or null"],
    [
      { name: "a", kind: "token", sha256, expiresAt: "soon" },
      "rule 1 needs a time such as 2027-01-01T00:00:00Z in expiresAt",
    ],
    [{ name: "a", kind: "token", sha256, readmit: "yes" }, "rule 1 needs true or false in readmit"],
    [{ name: "a", kind: "all", readmit: true }, "rule 1 has an unknown key readmit"],
    [
      { name: "a", kind: "token", sha256, names: [] },
      "rule 1 needs names such as web01.example.org or *.example.org in names",
    ],
    [
      { name: "a", kind: "token", sha256, names: ["a*"] },
      "rule 1 needs names such as web01.example.org or *.example.org in names",
    ],
    [
      { name: "a", kind: "extension", extension: "pp_nothing", value: "x" },
      "rule 1 needs the name or OID of an extension of Puppet's",
    ],
    [{ name: "a", kind: "extension", extension: "pp_role" }, "rule 1 needs a value"],
    [{ name: "a", kind: "executable", path: "policy.sh" }, "rule 1 needs an absolute path"],
    [
      { name: "a", kind: "executable", path: "/p", timeoutSeconds: 0 },
      "rule 1 needs a timeoutSeconds above 0 and up to 60",
    ],
    [
      { name: "a", kind: "executable", path: "/p", timeoutSeconds: 61 },
      "rule 1 needs a timeoutSeconds above 0 and up to 60",
    ],
  ])("is not %j", (rule, says) => {
    try {
      check(rule);
      expect.fail("it was taken");
    } catch (thrown) {
      expect((thrown as GatehouseError).code).toBe("config-invalid");
      expect((thrown as GatehouseError).message).toBe(`The autosign policy is not understood: ${says}.`);
    }
  });

  it("has each name once; a token may be in several rules, and is counted as one", () => {
    expect(() => check({ kind: "all", name: "a" }, { kind: "all", name: "a" })).toThrow(
      "rule 2 has the name a, which is there already",
    );
    const token = { kind: "token", sha256 };
    expect(check({ ...token, name: "a" }, { ...token, name: "b", profile: "inventory" }).rules).toHaveLength(2);
  });

  it.each([null, [], "all", {}, { rules: {} }, { rules: [], more: 1 }])("is a list of rules, not %j", (value) => {
    expect(() => checkAutosignPolicy(value, puppetOids)).toThrow(GatehouseError);
  });
});

describe("a rule that is taken", () => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  formats.default(ajv, ["date-time"]);
  const schemas = Object.fromEntries(
    Object.entries(autosignRuleSchemas).map(([kind, schema]) => [kind, ajv.compile(schema)]),
  );
  const taken = (rule: unknown) => {
    try {
      return check(rule).rules.length === 1;
    } catch {
      return false;
    }
  };

  const good = [
    { kind: "all" },
    { kind: "name", certname: "web01" },
    { kind: "glob", pattern: "*.example.org" },
    { kind: "token", sha256 },
    { kind: "extension", extension: "pp_role", value: "web" },
    { kind: "executable", path: "/opt/policy" },
  ].map((rule) => ({ name: "a", ...rule }));
  /** Of each field: values of every type, and those at the edges. */
  const values: Readonly<Record<string, readonly unknown[]>> = {
    name: ["n".repeat(100), "n".repeat(101), "💡".repeat(100), "💡".repeat(101)],
    kind: ["toString"],
    profile: ["puppet", "inventory", "operator", "server"],
    certname: ["w".repeat(255), "w".repeat(256)],
    pattern: [`*.${"w".repeat(253)}`, `*.${"w".repeat(254)}`],
    extension: ["pp_zone", "1.3.6.1.4.1.34380.1.2.7", "pp_nothing", "p".repeat(256)],
    value: ["v".repeat(1000), "v".repeat(1001)],
    path: [`/${"p".repeat(4095)}`, `/${"p".repeat(4096)}`],
    timeoutSeconds: [1, 0.5, 60, 60.1, Number.NaN, Number.POSITIVE_INFINITY],
    sha256: [sha256.toUpperCase(), sha256.slice(1), `${sha256}0`],
    uses: [1, 2, 1.5, 2 ** 60],
    readmit: [],
    names: [
      ["web01"],
      ["*"],
      ["*.example.org", "x"],
      [""],
      [1],
      ["w".repeat(256)],
      Array(1000).fill("w"),
      Array(1001).fill("w"),
    ],
    expiresAt: [
      ...["2027-01-01T00:00:00Z", "2027-01-01T00:00:00.123456+05:30", "2028-02-29T23:59:59Z"],
      ...["2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T00:00:60Z"],
      ...["2027-01-01T00:00:00", "2027-01-01", "2027-01-01 00:00:00Z", "2027-01-01T00:00:00+24:00", "soon"],
      `2027-01-01T00:00:00.${"0".repeat(30)}Z`,
    ],
    unheardOf: ["x"],
  };
  const ofEveryType = ["", "x", 0, 1, -1, true, false, null, [], {}, undefined];
  const changed = good.flatMap((rule) =>
    Object.entries(values).flatMap(([field, some]) =>
      [...ofEveryType, ...some].map((value): Record<string, unknown> => ({ ...rule, [field]: value })),
    ),
  );

  it("is one that its schema takes", () => {
    let both = 0;
    for (const rule of [...good, ...changed]) {
      const bySchema = schemas[`${rule["kind"]}`]?.(rule) === true;
      if (taken(rule)) expect(bySchema, JSON.stringify(rule)).toBe(true);
      if (taken(rule) && bySchema) both += 1;
    }
    expect(both).toBeGreaterThan(50);
    expect(changed.length - both).toBeGreaterThan(500);
  });

  it("is every one that its schema takes, but for what a schema cannot say", () => {
    const told = changed.filter((rule) => !taken(rule) && schemas[`${rule["kind"]}`]?.(rule) === true);
    const fields = told.map((rule) => {
      const known = good.find(({ kind }) => kind === rule["kind"]) as Record<string, unknown> | undefined;
      return Object.keys(rule).find((key) => rule[key] !== known?.[key]);
    });
    expect([...new Set(fields)].toSorted()).toEqual(["expiresAt", "extension", "path", "pattern", "uses", "value"]);
  });
});

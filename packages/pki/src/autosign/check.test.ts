import { GatehouseError } from "@gatehouse/core/errors";
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
        id: "1",
        sha256,
        uses: 5,
        expiresAt: "2027-01-01T00:00:00Z",
        readmit: true,
        names: ["*.example.org"],
      },
      { kind: "token", name: "e", id: "2", sha256, uses: null },
      { kind: "extension", name: "f", extension: "pp_role", value: "web*" },
      { kind: "executable", name: "g", path: "/opt/policy", timeoutSeconds: 5 },
    ];
    expect(check(...rules).rules).toEqual(rules);
    expect(check().rules).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ kind: "all" }, "rule 1 needs a name"],
    [{ name: "a" }, "rule 1 is of an unknown kind"],
    [{ name: "a", kind: "toString" }, "rule 1 is of an unknown kind"],
    ["all", "rule 1 must have a name and a kind"],
    [{ name: "a", kind: "all", certname: "x" }, "rule 1 has an unknown key certname"],
    [{ name: "a", kind: "name" }, "rule 1 needs a certname without asterisks"],
    [{ name: "a", kind: "name", certname: "*.x" }, "rule 1 needs a certname without asterisks"],
    [{ name: "a", kind: "glob", pattern: "web01" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "glob", pattern: "*" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "glob", pattern: "*.x y" }, "rule 1 needs a pattern such as *.example.org"],
    [{ name: "a", kind: "token", id: "1", sha256: "secret" }, "rule 1 needs the SHA-256 of its secret, in hex"],
    [{ name: "a", kind: "token", sha256 }, "rule 1 needs an id"],
    [{ name: "a", kind: "token", id: "1", sha256, uses: 0 }, "rule 1 needs a number of uses from 1, or null"],
    [{ name: "a", kind: "token", id: "1", sha256, uses: 1.5 }, "rule 1 needs a number of uses from 1, or null"],
    [{ name: "a", kind: "token", id: "1", sha256, expiresAt: "soon" }, "rule 1 needs a date in expiresAt"],
    [{ name: "a", kind: "token", id: "1", sha256, readmit: "yes" }, "rule 1 needs true or false in readmit"],
    [{ name: "a", kind: "all", readmit: true }, "rule 1 has an unknown key readmit"],
    [
      { name: "a", kind: "token", id: "1", sha256, names: [] },
      "rule 1 needs names such as web01.example.org or *.example.org in names",
    ],
    [
      { name: "a", kind: "token", id: "1", sha256, names: ["a*"] },
      "rule 1 needs names such as web01.example.org or *.example.org in names",
    ],
    [
      { name: "a", kind: "extension", extension: "pp_nothing", value: "x" },
      "rule 1 needs the name or OID of an extension of Puppet's",
    ],
    [{ name: "a", kind: "extension", extension: "pp_role" }, "rule 1 needs a value"],
    [{ name: "a", kind: "executable", path: "policy.sh" }, "rule 1 needs an absolute path"],
    [{ name: "a", kind: "executable", path: "/p", timeoutSeconds: 0 }, "rule 1 needs a timeoutSeconds from 1 to 300"],
    [{ name: "a", kind: "executable", path: "/p", timeoutSeconds: 301 }, "rule 1 needs a timeoutSeconds from 1 to 300"],
  ])("is not %j", (rule, says) => {
    try {
      check(rule);
      expect.fail("it was taken");
    } catch (thrown) {
      expect((thrown as GatehouseError).code).toBe("config-invalid");
      expect((thrown as GatehouseError).message).toBe(`The autosign policy is not understood: ${says}.`);
    }
  });

  it("has each name and each token once", () => {
    expect(() => check({ kind: "all", name: "a" }, { kind: "all", name: "a" })).toThrow(
      "rule 2 has the name a, which is there already",
    );
    const token = { kind: "token", id: "1", sha256 };
    expect(() => check({ ...token, name: "a" }, { ...token, name: "b" })).toThrow(
      "rule 2 has the id 1, which is there already",
    );
  });

  it.each([null, [], "all", {}, { rules: {} }, { rules: [], more: 1 }])("is a list of rules, not %j", (value) => {
    expect(() => checkAutosignPolicy(value, puppetOids)).toThrow(GatehouseError);
  });
});

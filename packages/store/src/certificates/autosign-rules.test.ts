import type { AutosignRule } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { createAutosignRules } from "./autosign-rules.js";
import { intentFor, useStores } from "./certificates.test.helper.js";

const { house, storeOf } = useStores();
const rulesOf = () => createAutosignRules(house.db);
const token: AutosignRule = {
  kind: "token",
  name: "fleet",
  profile: "inventory",
  sha256: "a".repeat(64),
  uses: null,
  expiresAt: "2027-01-01T00:00:00Z",
  readmit: true,
  names: ["*.example.org"],
};

describe("rules that operators keep", () => {
  it("are there as they were put, in their order, with who put them", async () => {
    const before = Date.now() - 2_000;
    const rules: AutosignRule[] = [
      { kind: "name", name: "z", certname: "web01" },
      token,
      { kind: "extension", name: "a", extension: "pp_role", value: "we\u0000b*" },
    ];
    expect(await rulesOf().list()).toEqual([]);
    for (const rule of rules) await rulesOf().put(rule, "admin\u0000");
    const found = await rulesOf().list();
    expect(found.map(({ rule }) => rule)).toEqual([...rules.slice(0, 2), { ...rules[2], value: "web*" }]);
    for (const { createdBy, createdAt } of found) {
      expect(createdBy).toBe("admin");
      expect(createdAt.getTime()).toBeGreaterThan(before);
    }
  });

  it("take the place of the one of their name, and say who did that", async () => {
    await rulesOf().put({ kind: "all", name: "lab" }, "first");
    await rulesOf().put({ kind: "name", name: "last", certname: "b" }, "first");
    const put = await rulesOf().put({ kind: "glob", name: "lab", pattern: "*.lab" }, "second");
    expect(put).toEqual({
      rule: { kind: "glob", name: "lab", pattern: "*.lab" },
      createdAt: expect.any(Date),
      createdBy: "second",
    });
    expect((await rulesOf().list()).map(({ rule, createdBy }) => `${rule.name} ${rule.kind} by ${createdBy}`)).toEqual([
      "lab glob by second",
      "last name by first",
    ]);
  });

  it("are the same when they are put again, and others when they are made anew", async () => {
    await rulesOf().put(token, "ada");
    await rulesOf().put({ kind: "all", name: "lab" }, "ada");
    const before = await rulesOf().identities();
    expect([...before.keys()].toSorted()).toEqual(["fleet", "lab"]);
    expect(new Set(before.values()).size).toBe(2);
    await rulesOf().put(token, "bob");
    expect(await rulesOf().identities()).toEqual(before);
    await rulesOf().remove("fleet");
    await rulesOf().put(token, "bob");
    const after = await rulesOf().identities();
    expect(after.get("fleet")).not.toBe(before.get("fleet"));
    expect(after.get("lab")).toBe(before.get("lab"));
  });

  it("are removed once, by their name as it is", async () => {
    await rulesOf().put(token, "x");
    expect(await rulesOf().remove("fle\u0000et")).toBe(false);
    expect([await rulesOf().remove("fleet"), await rulesOf().remove("fleet")]).toEqual([true, false]);
    expect(await rulesOf().list()).toEqual([]);
  });

  it("tell how often each token was used, also after the rule is gone", async () => {
    expect(await rulesOf().uses()).toEqual(new Map());
    await rulesOf().put(token, "x");
    for (const name of ["a", "b"]) {
      await storeOf().intend(intentFor(name, { token: { sha256: token.sha256, uses: null } }));
    }
    await rulesOf().remove("fleet");
    expect(await rulesOf().uses()).toEqual(new Map([[token.sha256, 2]]));
  });
});

import { checkRule, type Rule, ruleSchema, ruleSchemaAt } from "@gatehouse/core/expression";
import { groupSchemaAt } from "@gatehouse/core/groups";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ruleSchema);

// In core there is no schema library; these hold what core publishes to what core checks.
describe("the schema of rules", () => {
  it.each<Rule>([
    { everything: true },
    { field: "labels.role", eq: "web" },
    { field: "facts.cpus", in: [1, "2", true] },
    { field: "agent.version", versionGte: "1.10" },
    { field: "tag", exists: false },
    { and: [{ or: [{ not: { field: "name", prefix: "a" } }] }, { field: "name", glob: "a*" }] },
  ])("takes %j, as checkRule does", (rule) => {
    expect(fits(rule), JSON.stringify(fits.errors)).toBe(true);
    expect(checkRule(rule)).toEqual([]);
  });

  it.each<unknown>([
    "x",
    {},
    { and: [] },
    { and: [{}] },
    { everything: false },
    { not: { everything: true }, or: [] },
    { field: "name" },
    { field: "name", eq: null },
    { field: "name", eq: "a", prefix: "b" },
    { field: "name", equals: "a" },
    { field: "name", in: [] },
    { field: "name", prefix: "" },
    { field: "name", eq: "x".repeat(1001) },
    { field: "facts.cpus", gt: "1" },
    { field: "agent.version", versionGt: 1.1 },
    { field: "tag", exists: 1 },
  ])("refuses %j, as checkRule does", (rule) => {
    expect(fits(rule)).toBe(false);
    expect(checkRule(rule)).not.toEqual([]);
  });
});

describe("the schema of groups", () => {
  const names = { type: "array", items: { type: "string" } };
  const definition = { name: "x.names", protocol: "x", description: "Names.", schema: names, merge: "union" } as const;
  const $defs = { rule: ruleSchemaAt("#/$defs/rule") };
  const group = new Ajv2020({ strict: false }).compile({ $defs, ...groupSchemaAt("#/$defs/rule", [definition]) });

  it("takes a rule, a list or both, and settings that are declared", () => {
    const settings = { "x.names": ["a"] };
    for (const said of [
      { rule: { everything: true } },
      { nodes: ["a"] },
      { nodes: [], rule: { everything: true }, parent: "p", priority: -3 },
    ])
      expect(group({ ...said, settings }), JSON.stringify(group.errors)).toBe(true);
  });

  it("refuses what is neither", () => {
    for (const wrong of [
      { settings: {} },
      { nodes: [] },
      { nodes: [], settings: { y: 1 } },
      { nodes: [], settings: { "x.names": "a" } },
      { rule: { and: [{ field: "name" }] }, settings: {} },
      { nodes: [], settings: {}, priority: 1.5 },
      { nodes: [], settings: {}, name: "in the path" },
    ])
      expect(group(wrong), JSON.stringify(wrong)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { checkGroups, type GroupChecks, groupLimits } from "./check.js";
import type { Group, SettingDefinition } from "./types.js";

const definition: SettingDefinition = {
  name: "dsc.configurations",
  protocol: "dsc",
  description: "Names.",
  schema: { type: "array" },
  merge: "replace",
};
const checks: GroupChecks = {
  definitions: [definition],
  checkValue: (_, value) => (Array.isArray(value) ? [] : [{ path: "/0", message: "It is a list." }]),
  nearest: (_, known) => `; did you mean ${known[0]}?`,
};
const group = (name: string, said: Partial<Group> = {}): Group => ({
  name,
  rule: { everything: true },
  settings: {},
  ...said,
});
const problems = (...groups: Group[]) => checkGroups(groups, checks).map((one) => [one.group, one.path, one.message]);

describe("checkGroups", () => {
  it("finds nothing in groups that fit", () => {
    expect(
      problems(
        group("all", { description: "Everything", settings: { "dsc.configurations": ["Base"] } }),
        group("linux", { parent: "ALL", priority: 5 }),
        group("web", { parent: "linux" }),
        group("db", { parent: "linux", priority: 5, nodes: ["db01"] }),
        { name: "list", nodes: [], settings: {} },
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<Group>, string, string]>([
    ["an empty name", { name: "" }, "/name", "1 to 100 printable"],
    ["a name with a line break", { name: "a\nb" }, "/name", "printable"],
    ["a name between spaces", { name: " a" }, "/name", "printable"],
    ["half a character", { name: "a\ud800" }, "/name", "printable"],
    ["a long name", { name: "x".repeat(101) }, "/name", "1 to 100"],
    ["a long description", { description: "x".repeat(1001) }, "/description", "more than 1000"],
    ["a broken priority", { priority: 1.5 }, "/priority", "whole number"],
    ["a huge priority", { priority: 1e9 }, "/priority", "at most 1000000"],
    ["neither rule nor nodes", { rule: undefined as never }, "", "a rule, a list of nodes, or both"],
    ["a wrong rule", { rule: { and: [{ field: "x", eq: 1 }] } }, "/rule/and/0/field", "is not a field"],
    ["an empty reference", { nodes: ["a", ""] }, "/nodes/1", "an id, a name or an alias"],
    ["too many nodes", { nodes: Array.from({ length: 10_001 }, () => "a") }, "/nodes", "more than 10000"],
    [
      "an unknown setting",
      { settings: { "dsc.configs": [] } },
      "/settings/dsc.configs",
      '"dsc.configs" is not a setting; did you mean dsc.configurations?',
    ],
    [
      "a setting that every object has",
      { settings: JSON.parse('{"__proto__": []}') },
      "/settings/__proto__",
      "is not a setting",
    ],
    ["a wrong value", { settings: { "dsc.configurations": "Web" } }, "/settings/dsc.configurations/0", "It is a list."],
    ["large settings", { settings: { "dsc.configurations": ["x".repeat(70_000)] } }, "/settings", "more than 65536"],
    ["a parent that is not there", { parent: "nobody" }, "/parent", 'no group "nobody"; did you mean'],
  ])("refuses %s", (_, said, path, message) => {
    const [problem] = checkGroups([group("g", said)], checks);
    expect([problem?.path, problem?.message]).toEqual([path, expect.stringContaining(message)]);
  });

  it("names the circle, once for each group in it, and not for those below it", () => {
    const found = problems(
      group("a", { parent: "b" }),
      group("b", { parent: "c" }),
      group("c", { parent: "A" }),
      group("d", { parent: "a" }),
    );
    expect(found.filter(([, , message]) => message?.includes("→"))).toEqual([
      ["a", "/parent", "It is its own ancestor: a → b → c → a."],
      ["b", "/parent", "It is its own ancestor: b → c → a → b."],
      ["c", "/parent", "It is its own ancestor: c → a → b → c."],
    ]);
    expect(problems(group("self", { parent: "self" }))).toEqual([
      ["self", "/parent", "It is its own ancestor: self → self."],
    ]);
  });

  it("refuses two of one name, whatever their case", () => {
    expect(problems(group("web"), group("WEB"))).toEqual([["WEB", "/name", "There is a group web already."]]);
  });

  it("refuses a child below its parent, a parent without a priority too", () => {
    const found = problems(
      group("p", { priority: 5 }),
      group("m", { parent: "p" }),
      group("c", { parent: "m", priority: 4 }),
    );
    expect(found).toEqual([["c", "/priority", expect.stringContaining("It is 4, below its parent m (5)")]]);
    expect(problems(group("p"), group("c", { parent: "p", priority: -1 }))).toHaveLength(1);
    expect(problems(group("alone", { priority: -1 }))).toEqual([]);
  });

  it("refuses nesting that goes on", () => {
    const chain = Array.from({ length: 11 }, (_, i) => group(`g${i}`, i === 0 ? {} : { parent: `g${i - 1}` }));
    expect(problems(...chain.slice(0, 10))).toEqual([]);
    expect(problems(...chain)).toEqual([["g10", "/parent", "Groups nest at most 10 deep."]]);
  });

  it("refuses more groups than it takes", () => {
    const all = Array.from({ length: groupLimits.groups + 1 }, (_, i) => group(`g${i}`));
    expect(problems(...all)).toEqual([["", "", "There are more than 5000 groups."]]);
  });
});

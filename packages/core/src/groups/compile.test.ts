import { describe, expect, it } from "vitest";
import { compileRule } from "../expression/index.js";
import { subjectOf } from "../expression/subject.test.helper.js";
import { chainOf, compileGroups, matchGroups, membershipRule } from "./compile.js";
import type { Group } from "./types.js";

const web = subjectOf({ name: "web01", labels: { os: "linux", role: "web" } });
const db = subjectOf({ name: "db01", labels: { os: "linux", role: "db" } });
const label = (key: string, value: string) => ({ field: `labels.${key}`, eq: value });
const groups: Group[] = [
  { name: "b", rule: { everything: true }, settings: {} },
  { name: "a", rule: { everything: true }, settings: {} },
  { name: "linux", rule: label("os", "linux"), priority: 10, settings: {} },
  { name: "web", parent: "LINUX", rule: label("role", "web"), settings: {} },
  { name: "some", parent: "web", nodes: ["DB01", "web01"], settings: {} },
  { name: "mixed", nodes: ["db01"], rule: label("role", "web"), priority: 20, settings: {} },
  { name: "empty", nodes: [], settings: {} },
];
const compiled = compileGroups(groups);
const namesOf = (subject: typeof web) => {
  const matches = matchGroups(compiled, subject);
  return compiled.flatMap(({ group }, i) => (matches[i] ? [group.name] : []));
};

describe("compileGroups", () => {
  it("orders by priority, then children before their parents, then by name", () => {
    expect(compiled.map(({ group, priority, depth }) => [group.name, priority, depth])).toEqual([
      ["mixed", 20, 0],
      ["some", 10, 2],
      ["web", 10, 1],
      ["linux", 10, 0],
      ["a", 0, 0],
      ["b", 0, 0],
      ["empty", 0, 0],
    ]);
  });

  it("has no member that its parents do not have; a rule and a list take either", () => {
    expect(namesOf(web)).toEqual(["mixed", "some", "web", "linux", "a", "b"]);
    expect(namesOf(db)).toEqual(["mixed", "linux", "a", "b"]);
  });

  it("says the same as the rule of its whole chain", () => {
    const byKey = new Map(groups.map((group) => [group.name, group]));
    const matches = [web, db].map((subject) => matchGroups(compiled, subject));
    for (const [i, { group }] of compiled.entries()) {
      const takes = compileRule(membershipRule(chainOf(group, byKey)));
      expect([takes(web), takes(db)], group.name).toEqual(matches.map((one) => one[i]));
    }
  });

  it("does not run in circles over groups that were not checked", () => {
    const circle: Group[] = [
      { name: "x", parent: "y", nodes: [], settings: {} },
      { name: "y", parent: "x", nodes: [], settings: {} },
    ];
    expect(() => compileGroups(circle)).toThrow("not checked");
  });
});

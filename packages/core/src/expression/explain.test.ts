import { describe, expect, it } from "vitest";
import { compileRule } from "./compile.js";
import { explainRule } from "./explain.js";
import { subjectOf } from "./subject.test.helper.js";
import type { Rule } from "./types.js";

const subject = subjectOf({
  labels: { role: "db" },
  facts: [{ disks: ["a", "b", "c", "d"], os: {}, long: "x".repeat(200) }],
});
const role: Rule = { field: "labels.role", eq: "web" };
const isDb: Rule = { field: "labels.role", eq: "db" };
const site: Rule = { field: "labels.site", eq: "north" };

describe("explainRule", () => {
  it.each<[Rule, boolean, string, string]>([
    [role, false, "", 'labels.role eq "web": it is "db"'],
    [site, false, "", 'labels.site eq "north": it is not there'],
    [{ and: [isDb, site, role] }, false, "/and/1", 'labels.site eq "north": it is not there'],
    [{ or: [site, { and: [isDb] }] }, true, "/or/1/and/0", 'labels.role eq "db": it is "db"'],
    [{ or: [site, role] }, false, "", 'labels.site eq "north": it is not there; labels.role eq "web": it is "db"'],
    [{ not: role }, true, "/not", 'labels.role eq "web": it is "db"'],
    [{ everything: true }, true, "", "it takes everything"],
    [
      { field: "facts.disks", in: ["x", "y", 3, true] },
      false,
      "",
      'facts.disks in ["x", "y", 3, and 1 more]: it is "a", "b", "c", and 1 more',
    ],
    [{ field: "facts.os", eq: "x" }, false, "", 'facts.os eq "x": it is an object'],
    [{ field: "name", prefix: "WEB" }, true, "", 'name prefix "WEB": it is "web01.example.org"'],
  ])("%j", (rule, matches, path, because) => {
    expect(explainRule(rule, subject)).toEqual({ matches, path, because });
    expect(compileRule(rule)(subject)).toBe(matches);
  });

  it("cuts what is long", () => {
    const { because } = explainRule({ field: "facts.long", eq: "y".repeat(1000) }, subject);
    expect(because.length).toBeLessThan(200);
    expect(because).toContain("…");
  });
});

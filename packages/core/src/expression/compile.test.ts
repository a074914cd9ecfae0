import { describe, expect, it } from "vitest";
import { checkRule } from "./check.js";
import { compileRule } from "./compile.js";
import { subjectOf } from "./subject.test.helper.js";
import type { Rule, Subject } from "./types.js";

const web = subjectOf({
  labels: { role: "web", "a.b/c": "x", rack: "007", big: "1e5", on: "true", wide: "a😀b" },
  protocols: ["dsc", "puppet"],
  aliases: { agentid: ["ABC-1"], certname: ["web01.example.org"] },
  evidence: { address: ["10.0.0.1", "10.0.0.2"], mac: ["AA:BB"] },
  versions: ["2.0", "8.10.0"],
  tags: ["blue"],
  installedTasks: ["inventory"],
  enabledTasks: ["deploy"],
  extensions: [{ pp_role: "frontend" }],
  facts: [
    {
      os: { family: "RedHat", release: { major: "9" } },
      cpus: 4,
      virtual: true,
      disks: ["sda", "sdb", null],
      none: null,
      list: [],
    },
    { powershell: { version: "5.1.17763" }, os: { family: "windows" } },
  ],
});
const takes = (rule: Rule, subject: Subject = web) => {
  expect(checkRule(rule)).toEqual([]);
  return compileRule(rule)(subject);
};

describe("compileRule", () => {
  it.each<[boolean, string, object]>([
    [true, "name", { eq: "WEB01.example.ORG" }],
    [true, "name", { prefix: "web" }],
    [true, "name", { glob: "WEB??.*" }],
    [false, "name", { glob: "web?.*" }],
    [true, "state", { in: ["active", "expired"] }],
    [false, "state", { eq: "Active" }],
    [true, "labels.role", { eq: "web" }],
    [false, "labels.role", { eq: "Web" }],
    [true, "labels.a.b/c", { eq: "x" }],
    [false, "labels.toString", { exists: true }],
    [true, "labels.rack", { eq: 7 }],
    [false, "labels.rack", { eq: "7" }],
    [true, "labels.rack", { lt: 8 }],
    [false, "labels.big", { gt: 1 }],
    [true, "labels.on", { eq: true }],
    [true, "labels.wide", { glob: "a?b" }],
    [true, "tag", { eq: "blue" }],
    [true, "alias.agentid", { eq: "abc-1" }],
    [false, "alias.deviceid", { exists: true }],
    [true, "protocol", { eq: "puppet" }],
    [false, "protocol", { eq: "inventory" }],
    [true, "agent.version", { versionGte: "8.9" }],
    [false, "agent.version", { versionGt: "8.10" }],
    [true, "task.installed", { eq: "inventory" }],
    [false, "task.enabled", { eq: "inventory" }],
    [true, "evidence.address", { prefix: "10.0.0.2" }],
    [false, "evidence.mac", { eq: "aa:bb" }],
    [true, "extension.pp_role", { glob: "front*" }],
    [true, "reference", { in: ["nobody", "abc-1"] }],
    [true, "reference", { eq: "6F1D6A4E-0000-4000-8000-000000000001" }],
    [true, "facts.os.family", { eq: "windows" }],
    [true, "facts.os.family", { eq: "RedHat" }],
    [true, "facts.os.release.major", { gte: 9 }],
    [true, "facts.cpus", { eq: 4 }],
    [false, "facts.cpus", { eq: "4" }],
    [true, "facts.virtual", { eq: true }],
    [false, "facts.virtual", { eq: "true" }],
    [true, "facts.disks", { eq: "sdb" }],
    [false, "facts.disks.0", { exists: true }],
    [true, "facts.os", { exists: true }],
    [false, "facts.os", { eq: "RedHat" }],
    [false, "facts.none", { exists: true }],
    [true, "facts.none", { exists: false }],
    [false, "facts.list", { exists: true }],
    [false, "facts.constructor", { exists: true }],
    [false, "facts.os.__proto__", { exists: true }],
    [true, "facts.powershell.version", { versionLt: "5.1.20000" }],
  ])("says %s of %s %j", (expected, field, comparison) => {
    expect(takes({ field, ...comparison } as Rule)).toBe(expected);
  });

  it("joins with and, or, not, everything", () => {
    const [yes, no]: Rule[] = [{ everything: true }, { not: { everything: true } }];
    if (yes === undefined || no === undefined) throw new Error("two rules");
    expect([takes({ and: [yes, yes] }), takes({ and: [yes, no] })]).toEqual([true, false]);
    expect([takes({ or: [no, yes] }), takes({ or: [no, no] })]).toEqual([true, false]);
    // What is not there is not equal: the rule is false, and its opposite true.
    expect(takes({ not: { field: "labels.nowhere", eq: "x" } })).toBe(true);
  });

  it("takes keys as data, those of every object too", () => {
    const odd = subjectOf({
      labels: JSON.parse('{"__proto__": "web"}'),
      facts: [JSON.parse('{"__proto__": {"constructor": "x"}}')],
    });
    expect(takes({ field: "labels.__proto__", eq: "web" }, odd)).toBe(true);
    expect(takes({ field: "facts.__proto__.constructor", eq: "x" }, odd)).toBe(true);
  });

  it("takes no name for an id: agents choose their names", () => {
    const id = "6f1d6a4e-0000-4000-8000-00000000000a";
    const rule = { field: "reference", eq: id } as const;
    expect(takes(rule, subjectOf({ name: id.toUpperCase() }))).toBe(false);
    expect(takes({ field: "name", eq: id }, subjectOf({ name: id }))).toBe(true);
    expect(takes(rule, subjectOf({ name: id, aliases: { agentid: [id] } }))).toBe(true);
  });

  it("takes the ids of nodes that were merged into it for its own", () => {
    const [before, longBefore] = ["6f1d6a4e-0000-4000-8000-00000000000a", "6f1d6a4e-0000-4000-8000-00000000000b"];
    const merged = subjectOf({ mergedIds: [before, longBefore] });
    for (const said of [{ eq: longBefore.toUpperCase() }, { in: ["x", before] }, { glob: "*00b" }])
      expect(takes({ field: "reference", ...said }, merged)).toBe(true);
    expect(takes({ field: "reference", eq: before }, subjectOf())).toBe(false);
    expect(takes({ field: "name", eq: before }, merged)).toBe(false);
  });

  it("refuses to compile what was not checked", () => {
    expect(() => compileRule({ field: "nowhere", eq: 1 })).toThrow("not checked");
  });
});

import { describe, expect, it } from "vitest";
import { subjectOf } from "../expression/subject.test.helper.js";
import { compileGroups, type Group, type SettingDefinition } from "../groups/index.js";
import { explain } from "./explain.js";
import { resolve, rulebookOf } from "./resolve.js";

const definitions = (["replace", "union", "deep"] as const).map(
  (merge): SettingDefinition => ({
    name: `x.${merge}`,
    protocol: "x",
    description: "A setting.",
    schema: {},
    merge,
  }),
);
const label = (key: string, value: string) => ({ field: `labels.${key}`, eq: value });
const settings = (word: string) => ({
  "x.replace": [word],
  "x.union": [word, "all"],
  "x.deep": { [word]: 1, first: word },
});
const groups: Group[] = [
  { name: "base", rule: { everything: true }, settings: settings("base") },
  { name: "linux", rule: label("os", "linux"), priority: 10, settings: settings("linux") },
  { name: "web", parent: "linux", rule: label("role", "web"), settings: settings("web") },
  { name: "app", parent: "linux", rule: label("role", "web"), settings: settings("app") },
  { name: "db", parent: "linux", rule: label("role", "db"), priority: 50, settings: settings("db") },
  { name: "windows", rule: label("os", "windows"), settings: settings("windows") },
];
const rulebook = rulebookOf(compileGroups(groups), definitions);
const node = (labels: Record<string, string>) => subjectOf({ labels });
const web = node({ os: "linux", role: "web" });

describe("resolve", () => {
  it("goes by the hand first, then priority, depth, name", () => {
    expect(resolve(web, {}, rulebook).settings["x.replace"]).toEqual(["app"]);
    expect(resolve(node({ os: "linux", role: "db" }), {}, rulebook).settings["x.replace"]).toEqual(["db"]);
    expect(resolve(node({ role: "db" }), {}, rulebook).settings["x.replace"]).toEqual(["base"]);
    expect(resolve(web, { "x.replace": [] }, rulebook).settings["x.replace"]).toEqual([]);
  });

  it("joins lists and merges objects in this order", () => {
    const found = resolve(web, { "x.union": ["hand", "linux"], "x.deep": { first: "hand" } }, rulebook).settings;
    expect(found["x.union"]).toEqual(["hand", "linux", "app", "all", "web", "base"]);
    expect(found["x.deep"]).toEqual({ first: "hand", app: 1, web: 1, linux: 1, base: 1 });
  });

  it("gives what nobody declares as it is, and keys as data", () => {
    const byHand = JSON.parse('{"old.setting": [1], "__proto__": "x"}');
    const found = resolve(node({}), byHand, rulebookOf([], [])).settings;
    expect(JSON.stringify(found)).toBe('{"old.setting":[1],"__proto__":"x"}');
    expect(resolve(node({}), {}, rulebookOf([], [])).settings).toEqual({});
  });
});

describe("explain", () => {
  const said = explain(web, { "x.union": ["hand"] }, rulebook);
  const setting = (name: string) => said.settings.find((one) => one.setting === name);
  const group = (name: string) => ({ by: "group", group: name });

  it("gives the values that resolve gives, for every kind of node", () => {
    for (const os of ["linux", "windows", "none"])
      for (const role of ["web", "db", "none"])
        for (const byHand of [{}, { "x.replace": 1 }, { "x.union": ["base"], "x.deep": { web: 2 }, other: 1 }]) {
          const subject = node({ os, role });
          const values = explain(subject, byHand, rulebook).settings.map((one) => [one.setting, one.value]);
          expect(Object.fromEntries(values)).toEqual(resolve(subject, byHand, rulebook).settings);
        }
  });

  it("says who won, what else was there, and why it lost", () => {
    expect(setting("x.replace")).toEqual({
      setting: "x.replace",
      value: ["app"],
      conflicts: [],
      from: [group("app")],
      considered: [
        { source: group("app"), value: ["app"], used: true, because: "it comes first" },
        {
          source: group("web"),
          value: ["web"],
          used: false,
          because: "group app comes first by name, at the same priority 10 and depth",
        },
        {
          source: group("linux"),
          value: ["linux"],
          used: false,
          because: "group app is nested deeper, at the same priority 10",
        },
        { source: group("base"), value: ["base"], used: false, because: "group app has priority 10, this one 0" },
      ],
    });
  });

  it("names everybody who added something", () => {
    expect(setting("x.union")?.from).toEqual([
      { by: "hand" },
      group("app"),
      group("web"),
      group("linux"),
      group("base"),
    ]);
    expect(setting("x.union")?.considered[1]).toMatchObject({ used: true, because: "it adds to those before it" });
    const hand = explain(node({}), { "x.union": ["base", "all"] }, rulebook).settings.find(
      (one) => one.setting === "x.union",
    );
    expect(hand?.considered[1]?.because).toBe("it adds nothing to those before it; what was given by hand comes first");
  });

  it("says of every group whether it took the node, and why", () => {
    expect(said.groups.map(({ group: name, matches, because }) => [name, matches, because])).toEqual([
      ["db", false, 'labels.role eq "db": it is "web"'],
      ["app", true, 'labels.role eq "web": it is "web"'],
      ["web", true, 'labels.role eq "web": it is "web"'],
      ["linux", true, 'labels.os eq "linux": it is "linux"'],
      ["base", true, "it takes everything"],
      ["windows", false, 'labels.os eq "windows": it is "linux"'],
    ]);
    const alone = explain(node({ role: "db" }), {}, rulebook).groups[0];
    expect(alone).toMatchObject({ group: "db", matches: false, because: "it is not a member of the parent linux" });
  });
});

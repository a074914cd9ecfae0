import { describe, expect, it } from "vitest";
import { subjectOf } from "../expression/subject.test.helper.js";
import { compileGroups, type Group, type SettingDefinition } from "../groups/index.js";
import { explain } from "./explain.js";
import { resolve, rulebookOf } from "./resolve.js";

const common = { protocol: "p", description: "A setting.", schema: {} } as const;
const definitions: readonly SettingDefinition[] = [
  { ...common, name: "p.tree", merge: "deep", depth: 2, refusesConflicts: true },
  { ...common, name: "p.one", merge: "replace", refusesConflicts: true },
  { ...common, name: "p.free", merge: "deep" },
];
const node = subjectOf({});

type Said = Partial<Omit<Group, "name" | "rule">>;
const bookOf = (groups: Readonly<Record<string, Said>>) =>
  rulebookOf(
    compileGroups(
      Object.entries(groups).map(([name, said]) => ({ rule: { everything: true }, settings: {}, ...said, name })),
    ),
    definitions,
  );
const tree = (value: unknown) => ({ settings: { "p.tree": value } });
const conflicts = (groups: Readonly<Record<string, Said>>, byHand = {}) =>
  resolve(node, byHand, bookOf(groups)).conflicts.map(({ path, groups: both }) => [path, both]);

describe("conflicts", () => {
  it("are where two groups of one priority give one parameter different values", () => {
    const groups = {
      a: tree({ "File[/x]": { ensure: "file", content: "a" } }),
      b: tree({ "File[/x]": { ensure: "file", content: "b", mode: "0644" }, "File[/y]": { ensure: "file" } }),
    };
    expect(conflicts(groups)).toEqual([
      [
        ["File[/x]", "content"],
        ["a", "b"],
      ],
    ]);
    expect(resolve(node, {}, bookOf(groups)).settings["p.tree"]).toEqual({
      "File[/x]": { ensure: "file", content: "a", mode: "0644" },
      "File[/y]": { ensure: "file" },
    });
  });

  it("are shown by an explanation, which has the same", () => {
    const book = bookOf({ a: tree({ x: { y: 1 } }), b: tree({ x: { y: 2 } }) });
    const said = explain(node, {}, book).settings.flatMap((setting) => setting.conflicts);
    expect(said).toEqual([{ setting: "p.tree", path: ["x", "y"], groups: ["a", "b"] }]);
    expect(said).toEqual(resolve(node, {}, book).conflicts);
  });

  it.each<[string, Readonly<Record<string, Said>>, object?]>([
    [
      "the same value, whatever the order of its keys",
      { a: tree({ x: { y: { p: 1, q: [2] } } }), b: tree({ x: { y: { q: [2], p: 1 } } }) },
    ],
    ["another priority", { a: tree({ x: { y: 1 } }), b: { ...tree({ x: { y: 2 } }), priority: 1 } }],
    ["a group and its parent", { a: tree({ x: { y: 1 } }), b: { ...tree({ x: { y: 2 } }), parent: "a" } }],
    [
      "a group and its parent's parent",
      { a: tree({ x: { y: 1 } }), b: { parent: "a" }, c: { ...tree({ x: { y: 2 } }), parent: "b" } },
    ],
    ["what is given by hand", { a: tree({ x: { y: 1 } }), b: tree({ x: { y: 2 } }) }, { "p.tree": { x: { y: 3 } } }],
    [
      "what a group of a higher priority gives",
      { a: tree({ x: { y: 1 } }), b: tree({ x: { y: 2 } }), c: { ...tree({ x: { y: 3 } }), priority: 1 } },
    ],
    ["other parameters", { a: tree({ x: { y: 1 } }), b: tree({ x: { z: 2 } }) }],
    [
      "a setting that allows them",
      { a: { settings: { "p.free": { x: 1 } } }, b: { settings: { "p.free": { x: 2 } } } },
    ],
    [
      "a group that does not take the node",
      { a: tree({ x: { y: 1 } }), b: { ...tree({ x: { y: 2 } }), rule: { not: { everything: true } } } as Said },
    ],
  ])("are none for %s", (_, groups, byHand) => {
    expect(conflicts(groups, byHand)).toEqual([]);
  });

  it("are between siblings, however their parents stand, and of the deeper one with a stranger", () => {
    const siblings = {
      p: {},
      a: { ...tree({ x: { y: 1 } }), parent: "p" },
      b: { ...tree({ x: { y: 2 } }), parent: "p" },
    };
    expect(conflicts(siblings)).toEqual([
      [
        ["x", "y"],
        ["a", "b"],
      ],
    ]);
    const stranger = { p: {}, a: { ...tree({ x: { y: 1 } }), parent: "p" }, z: tree({ x: { y: 2 } }) };
    expect(conflicts(stranger)).toEqual([
      [
        ["x", "y"],
        ["a", "z"],
      ],
    ]);
  });

  it("take a value below the depth as a whole, and an object against none", () => {
    expect(conflicts({ a: tree({ x: { y: { p: 1 } } }), b: tree({ x: { y: { q: 1 } } }) })).toEqual([
      [
        ["x", "y"],
        ["a", "b"],
      ],
    ]);
    expect(conflicts({ a: tree({ x: { y: 1 } }), b: tree({ x: "text" }) })).toEqual([[["x"], ["a", "b"]]]);
    expect(conflicts({ a: tree({ x: "text" }), b: tree({ x: { y: 1 } }) })).toEqual([[["x"], ["a", "b"]]]);
  });

  it("are of the whole value where one replaces the other", () => {
    const groups = { a: { settings: { "p.one": "x" } }, b: { settings: { "p.one": "y" } } };
    expect(conflicts(groups)).toEqual([[[], ["a", "b"]]]);
    expect(conflicts({ ...groups, b: { settings: { "p.one": "x" } } })).toEqual([]);
  });

  it("are told up to a bound, keys of objects being data", () => {
    const values = (n: number) => Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, n]));
    expect(conflicts({ a: tree({ x: values(1) }), b: tree({ x: values(2) }) })).toHaveLength(20);
    const odd = (n: number) => tree(JSON.parse(`{"__proto__": {"constructor": ${n}}}`));
    expect(conflicts({ a: odd(1), b: odd(2) })).toEqual([
      [
        ["__proto__", "constructor"],
        ["a", "b"],
      ],
    ]);
  });
});

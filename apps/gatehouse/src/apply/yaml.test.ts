import { describe, expect, it } from "vitest";
import { refusalOf } from "./folder.test.helper.js";
import { newBudget } from "./value.js";
import { locate, readDocuments } from "./yaml.js";

const read = (text: string, name = "a.yaml") => readDocuments({ shown: name, folder: "/", text }, newBudget());
const valuesOf = (text: string, name?: string) => read(text, name).map(({ value }) => value);
const refused = (text: string, name?: string) => refusalOf("", () => read(text, name));

describe("documents of a file", () => {
  it.each<[string, string, unknown[]]>([
    ["one", "kind: a\n", [{ kind: "a" }]],
    ["several", "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n", [{ a: 1 }, { b: 2 }]],
    ["a list", "- a: 1\n- b: 2\n", [{ a: 1 }, { b: 2 }]],
    ["none", "", []],
    ["nothing but comments", "# a\n\n---\n# b\n", []],
    ["with a byte order mark and other line ends", "\ufeffa: 1\r\nb:\r\n  - x\r\n", [{ a: 1, b: ["x"] }]],
    ["JSON", '{"a": [1, 2.5, "x\\u00e4", true, null]}', [{ a: [1, 2.5, "xä", true, null] }]],
    [
      "words that were no texts once",
      "a: yes\nb: 010\nc: 2026-01-31\nd: 1_000\ne: 1.10",
      [{ a: "yes", b: 10, c: "2026-01-31", d: "1_000", e: 1.1 }],
    ],
    ["block texts", "a: |\n  x\n  y\nb: >-\n  x\n  y\n", [{ a: "x\ny\n", b: "x y" }]],
    ["aliases", "a: &x {b: 1}\nc: *x\n", [{ a: { b: 1 }, c: { b: 1 } }]],
    ["an anchor that is used again for something else", "a: &x 1\nb: *x\nc: &x 2\nd: *x", [{ a: 1, b: 1, c: 2, d: 2 }]],
  ])("%s", (_, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it("have keys that are data", () => {
    const [value] = valuesOf("__proto__: {x: 1}\nconstructor: 2\n");
    expect(Object.entries(value as object)).toEqual([
      ["__proto__", { x: 1 }],
      ["constructor", 2],
    ]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("may be ten thousand", () => {
    expect(read("---\nkind: a\nname: b\nspec: {c: d}\n".repeat(10_000))).toHaveLength(10_000);
  });
});

describe("what is refused, and where", () => {
  const deep = (open: string, close: string) => `${open.repeat(5_000)}1${close.repeat(5_000)}`;
  const laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++)
    laughs.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );

  it.each<[string, string, RegExp]>([
    ["a key twice", "a: 1\nb:\n  c: 1\n  c: 2\n", /^a\.yaml:4:3: The key stands here twice\.$/],
    ["tabs", "a:\n\tb: 1\n", /^a\.yaml:2:1: Lines are indented by spaces, not by tabs\.$/],
    ["no end of a text", 'a: "b\n', /^a\.yaml:2:1: A character is missing here/],
    ["an alias of nothing", "a: *b\n", /^a\.yaml:1:4: There is no anchor of this alias's name/],
    ["an alias of what comes after", "a: *b\nb: &b 1\n", /^a\.yaml:1:4: There is no anchor/],
    ["an alias in itself", "a: &a [*a]\n", /nested more than 32 levels|has more than 1000 aliases/],
    ["merge keys", "a: &a {b: 1}\nc:\n  <<: *a\n", /^a\.yaml:3:3: There are no merge keys here/],
    ["merge keys of an older YAML", "%YAML 1.1\n---\na: &a {b: 1}\nc:\n  <<: *a\n", /^a\.yaml:5:3: /],
    ["a tag", "a: !secret x\n", /^a\.yaml:1:4: Tags are not used here\.$/],
    ["a tag of the language", "a: !!binary aGVsbG8=\n", /^a\.yaml:1:13: Tags are not used here\.$/],
    ["a key that is a number", "a:\n  8140: x\n", /^a\.yaml:2:3: A key is a text: write it in quotes\.$/],
    ["a key that is a list", "? [a]\n: b\n", /^a\.yaml:1:3: A key is a text/],
    ["a number that is none", "a: .nan\n", /^a\.yaml:1:4: This is no number that can be kept as it is/],
    ["a number that would become another", "a: 12345678901234567890\n", /^a\.yaml:1:4: This is no number/],
    ["lists in lists", deep("[", "]"), /^a\.yaml:1:\d+: (?:It|The document) is nested/],
    ["mappings in mappings", deep("{a: ", "}"), /^a\.yaml:1:\d+: (?:It|The document) is nested/],
    ["items in items", deep("- ", ""), /^a\.yaml:1:\d+: (?:It|The document) is nested/],
    ["a billion laughs", laughs.join("\n"), /has more than (?:100000 values|1000 aliases)/],
    [
      "a large text many times",
      `a: &a ${"x".repeat(1 << 20)}\nb: [${Array(900).fill("*a").join(",")}]`,
      /more than 33554432 characters/,
    ],
    ["more values than anybody writes", `a: [${"1,".repeat(100_001)}]`, /more than 100000 values/],
    ["two mappings on a line", "a: b: c\n", /^a\.yaml:1:4: /],
    ["a wrong indentation", "a:\n    b: 1\n  c: 2\n", /^a\.yaml:3:\d+: /],
    ["a mapping after a text", "a\nb: 1\n", /^a\.yaml:\d+:\d+: /],
  ])("%s", async (_, text, line) => {
    expect(await refused(text)).toEqual([expect.stringMatching(line)]);
  });

  it.each([
    ["comments", '{\n  // no\n  "a": 1\n}'],
    ["comments of YAML", '{"a": 1} # no'],
    ["a comma too many", '{"a": [1,]}'],
    ["no quotes", "{a: 1}"],
    ["several documents", '{"a": 1}\n---\n{"b": 2}'],
  ])("JSON with %s", async (_, text) => {
    expect(await refused(text, "a.json")).toEqual([expect.stringMatching(/^a\.json:\d+:\d+: /)]);
  });

  it("never with what stands there", async () => {
    const secret = "hunter2hunter2";
    for (const text of [
      `key: *${secret}\n`,
      `key: !${secret} x\n`,
      `key: @${secret}\n`,
      `key: "${secret}\n`,
      `key: ${secret}\nkey: ${secret}\n`,
      `key: %${secret}\n\tx: [${secret}\n`,
      `%${secret}\n---\nkey: ${secret}: ${secret}\n`,
      `{"key": "${secret}",}`,
    ])
      expect((await refused(text, text.startsWith("{") ? "a.json" : "a.yaml")).join().includes(secret), text).toBe(
        false,
      );
  });
});

describe("the place of what a pointer leads to", () => {
  const text =
    'kind: a\nspec: &s\n  list:\n    - x\n    - y: 1\n---\n- kind: b\n- kind: c\n  spec: {a/b: {"~": 1}}\n  copy: *nothing\n';
  const documents = read(text.replace("*nothing", "0"));
  const placeOf = (index: number, pointer: string) => {
    const [place] = locate([{ origin: (documents[index] as (typeof documents)[0]).origin, pointer }]);
    return `${place?.line}:${place?.column}`;
  };

  it.each([
    [0, "", "1:1"],
    [0, "/kind", "1:1"],
    [0, "/spec/list", "3:3"],
    [0, "/spec/list/0", "4:7"],
    [0, "/spec/list/1/y", "5:7"],
    [0, "/spec/none", "2:1"],
    [0, "/spec/list/7/y", "3:3"],
    [1, "", "7:3"],
    [2, "", "8:3"],
    [2, "/spec/a~1b/~0", "9:16"],
    [2, "/name", "8:3"],
  ])("document %i, %j", (index, pointer, place) => {
    expect(placeOf(index, pointer)).toBe(place);
  });

  it("is found for many at once, in several files", () => {
    const other = read("x: 1\n", "b.yaml");
    const wanted = [...documents, ...other, ...documents].map(({ origin }) => ({ origin, pointer: "" }));
    expect(locate(wanted).map(({ file, line }) => `${file}:${line}`)).toEqual([
      ...["a.yaml:1", "a.yaml:7", "a.yaml:8"],
      "b.yaml:1",
      ...["a.yaml:1", "a.yaml:7", "a.yaml:8"],
    ]);
  });
});

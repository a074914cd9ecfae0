import { describe, expect, it } from "vitest";
import { readYaml } from "./yaml.js";

const LIMITS = { levels: 20, values: 1_000 };
const read = (text: string) => readYaml(text, LIMITS);

describe("YAML as Ruby writes it", () => {
  it("gives the plain value below a tag, and makes nothing of the tag", () => {
    const text = `--- !ruby/object:Puppet::Transaction::Report
host: web01
noop: false
time: 2026-11-20 19:39:05.622869601 +00:00
kind: :apply
failed: !ruby/sym x
pattern: !ruby/regexp /a+/
code: !ruby/object:ERB
  src: "\`id\`"
run: !!js/function "function () { return 1 }"
statuses: !ruby/hash:Foo
  File[/a]: !ruby/object:Puppet::Resource::Status
    tags: !ruby/object:Puppet::Util::TagSet
      hash: {file: true}
`;
    expect(read(text)).toEqual({
      host: "web01",
      noop: false,
      time: "2026-11-20 19:39:05.622869601 +00:00",
      kind: "apply",
      failed: "x",
      pattern: "/a+/",
      code: { src: "`id`" },
      run: "function () { return 1 }",
      statuses: { "File[/a]": { tags: { hash: { file: true } } } },
    });
  });

  it("takes keys that every object has for keys", () => {
    const value = read("__proto__: {polluted: true}\nconstructor: 1\n? [a]\n: 2\n");
    expect(Object.entries(value as object)).toEqual([
      ["__proto__", { polluted: true }],
      ["constructor", 1],
      ["a", 2],
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("takes an alias for the very same thing, however often it stands", () => {
    const { a, b } = read(`a: &x [1, 2]\nb: [${"*x, ".repeat(500)}]`) as { a: unknown; b: unknown[] };
    expect(a).toEqual([1, 2]);
    expect(b).toHaveLength(500);
    expect(b.every((item) => item === a)).toBe(true);
  });

  it("leaves a nest of aliases as small as it was written", () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    const value = read(`a0: &a0 lol\n${lines.join("\n")}`) as Record<string, unknown[]>;
    expect(value["a30"]).toHaveLength(9);
  });

  it.each([
    ["an alias of nothing", "a: *b"],
    ["an alias inside of what it names", "a: &a [*a]"],
    [
      "a key out of a nest of aliases",
      `a0: &a0 [lol]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]\n`).join("")}? *a9\n: 1`,
    ],
    ["a key that is an object", "? {a: 1}\n: 2"],
    ["too many values", `[${"1,".repeat(1_001)}]`],
    ["too many levels", `${"[".repeat(21)}${"]".repeat(21)}`],
    ["levels that no stack holds", "[".repeat(20_000)],
    ["megabytes of brackets, before a tree is made of them", "[".repeat(4 << 20)],
    ["megabytes of list items on one line", "- ".repeat(1 << 20)],
    ["more words than any report has", `[${"a,".repeat(800_000)}]`],
    ["no YAML", "a: [1, b: }"],
    ["two documents", "--- 1\n--- 2\n"],
  ])("refuses %s", (_, text) => {
    expect(() => read(text)).toThrow();
  });
});

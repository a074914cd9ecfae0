import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { postedHead, postedInventory, readDocument } from "./documents.js";
import { readYaml } from "./yaml.js";

const yaml = (text: string) => readYaml(Buffer.from(text));
const DEVICE = "web01-2024-02-29-12-00-00";
const said = {
  deviceid: DEVICE,
  itemtype: "Computer",
  tag: "paris",
  content: {
    hardware: { name: "web01", uuid: "4c4c4544-0042-3510-8054-b7c04f4e3132", memory: 2048 },
    softwares: [{ name: "openssl" }],
  },
};

describe("YAML", () => {
  it("is read as JSON would be, whatever is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.stringify(yaml(stringify(plain)))).toBe(JSON.stringify(plain));
        expect(JSON.stringify(yaml(JSON.stringify(plain)))).toBe(JSON.stringify(plain));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["a: 1\nb: [x, null, true, 1.5]\n", { a: 1, b: ["x", null, true, 1.5] }],
    ["---\na: 1\n...\n", { a: 1 }],
    ["a: 2024-02-29\nb: 0x10\nc: .inf\nd: yes\n", { a: "2024-02-29", b: 16, c: null, d: "yes" }],
    ["1: a\n", { 1: "a" }],
    ["a: 1\na: 2\n", { a: 2 }],
    ["__proto__: {x: 1}\n", Object.fromEntries([["__proto__", { x: 1 }]])],
    ["n: 123456789012345678901234567890\n", { n: 1.2345678901234568e29 }],
    ["", null],
  ])("%j", (text, value) => {
    expect(JSON.stringify(yaml(text))).toBe(JSON.stringify(value));
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  const nest = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  it.each([
    ["a tag of Ruby", "a: !ruby/object:Gem::Installer {x: 1}\n", "request-malformed"],
    ["a tag of Python", "!!python/object/apply:os.system [id]\n", "request-malformed"],
    ["a tag of YAML's own", "a: !!str 1\n", "request-malformed"],
    ["bytes", "a: !!binary aGk=\n", "request-malformed"],
    ["a tag of a key", "!!str a: 1\n", "request-malformed"],
    ["an alias", "a: &x [1]\nb: *x\n", "request-malformed"],
    ["a nest of aliases", "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "request-malformed"],
    ["an alias as a key", "a: &x y\n*x : 1\n", "request-malformed"],
    ["a merge", "<<: [{a: 1}]\n? {b: 1}\n: 2\n", "request-malformed"],
    ["a mapping as a key", "? {a: 1}\n: 2\n", "request-malformed"],
    ["two documents", "a: 1\n---\nb: 2\n", "request-malformed"],
    ["no end of a text", 'a: "x\n', "request-malformed"],
    ["tabs for indentation", "a:\n\t- b\n", "request-malformed"],
    ["deep nesting", nest(40), "body-too-large"],
    ["very deep nesting", "[".repeat(500_000), "body-too-large"],
    ["deep blocks", Array.from({ length: 200 }, (_, i) => `${" ".repeat(i)}a:\n`).join(""), "body-too-large"],
    ["values without end", `[${"1,".repeat(210_000)}1]`, "body-too-large"],
    ["bytes without end", `a: ${"x".repeat(2 << 20)}`, "body-too-large"],
  ])("with %s is refused", (_, text, code) => {
    expect(() => yaml(text)).toThrow(expect.objectContaining({ code }));
  });

  it("is UTF-8", () => {
    expect(() => readYaml(Buffer.from("a: ü", "latin1"))).toThrow(
      expect.objectContaining({ code: "request-malformed" }),
    );
    expect(yaml("\ufeffa: ü")).toEqual({ a: "ü" });
  });
});

describe("a posted inventory", () => {
  it.each(["json", "yaml"] as const)("says in %s whose it is and what is on it", (syntax) => {
    const bytes = Buffer.from(syntax === "json" ? JSON.stringify(said) : stringify(said));
    expect(postedInventory(bytes, syntax, "Agent_v1")).toEqual({
      ...{ deviceId: DEVICE, itemType: "Computer", tag: "paris", scope: "full", versionClient: "Agent_v1" },
      content: said.content,
    });
    expect(postedHead(bytes, syntax)).toEqual({
      ...{ purpose: "inventory", deviceId: DEVICE, versionClient: "unknown", tag: "paris" },
      evidence: [
        { kind: "name", value: "web01" },
        { kind: "uuid", value: "4c4c4544-0042-3510-8054-b7c04f4e3132" },
      ],
    });
  });

  it.each([true, 1, "1"])("may be a part: %j", (partial) => {
    expect(postedInventory(Buffer.from(JSON.stringify({ ...said, partial })), "json").scope).toBe("partial");
  });

  it.each([
    ["no object", "[]", "request-malformed"],
    ["nothing", "null", "request-malformed"],
    ["no JSON", "{", "request-malformed"],
    ["no deviceid", '{"content":{}}', "request-malformed"],
    ["a deviceid that is no text", '{"deviceid":{},"content":{}}', "request-malformed"],
    ["no content", `{"deviceid":"${DEVICE}"}`, "request-malformed"],
    ["content that is a list", `{"deviceid":"${DEVICE}","content":[]}`, "request-malformed"],
    ["deep nesting", `{"deviceid":"a","content":${"[".repeat(99)}${"]".repeat(99)}}`, "body-too-large"],
    ["values without end", `{"deviceid":"a","content":{"a":[${"1,".repeat(210_000)}1]}}`, "body-too-large"],
  ])("is refused: %s", (_, text, code) => {
    expect(() => postedInventory(Buffer.from(text), "json")).toThrow(expect.objectContaining({ code }));
  });

  it("has keys that are keys", () => {
    const document = readDocument(Buffer.from('{"__proto__":{"a":1}}'), "json");
    expect([Object.keys(document), ({} as Record<string, unknown>)["a"]]).toEqual([["__proto__"], undefined]);
  });
});

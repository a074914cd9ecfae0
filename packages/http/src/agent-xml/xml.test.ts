import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readXml, type XmlElement } from "./xml.js";

const read = (text: string, limits = { levels: 4, elements: 10, text: 20 }) => readXml(Buffer.from(text), limits);
const leaf = (name: string, text = ""): XmlElement => ({ name, text, children: [] });
const PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n<REQUEST>\n <QUERY>PROLOG</QUERY></REQUEST>\n';

describe("an agent's XML", () => {
  it("is a tree of names and texts", () => {
    expect(read(PROLOG)).toEqual({ name: "REQUEST", text: "\n ", children: [leaf("QUERY", "PROLOG")] });
    expect(read("<a><b x='1'/><b>&lt;&#233;&amp;</b><c><![CDATA[<x>]]> y</c></a>").children).toEqual([
      ...[leaf("b"), leaf("b", "<é&"), leaf("c", "<x> y")],
    ]);
  });

  it("may come after comments and instructions, which say nothing", () => {
    expect(read("<!-- a --><?b c?><d>e<!-- f -->g</d>")).toEqual(leaf("d", "eg"));
  });

  it("is Latin-1 where it is no UTF-8, whatever it declares", () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a>Büro</a>', "latin1");
    expect(readXml(bytes).text).toBe("Büro");
  });

  it.each([
    ["nothing", ""],
    ["blanks", " \n "],
    ["a text", "hello"],
    ["an element that is open", "<a><b></b>"],
    ["elements that cross", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["text after the root", "<a/>b"],
    ["an entity that nobody knows", "<a>&nbsp;</a>"],
    ["a DOCTYPE", "<!DOCTYPE a><a/>"],
    ["a DOCTYPE with entities", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ["an external entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ["a DOCTYPE that is cut off", `<!DOCTYPE a [${"<!ENTITY b 'c'>".repeat(3)}`],
    ["a control character", "<a>\u0001</a>"],
    ["a character that is none", "<a>&#0;</a>"],
    ["an attribute twice", "<a b='1' b='2'/>"],
    ["a bare ampersand", "<a>b & c</a>"],
    ["a name that begins with a digit", "<1/>"],
  ])("that is %s is refused", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });

  it("says where it is not well formed", () => {
    expect(() => read("<a>\n<b>\n</a>")).toThrow(/not well formed: 3:\d+:/);
  });

  it.each([
    ["levels", "<a><a><a><a></a></a></a></a>", "<a><a><a><a><a></a></a></a></a></a>"],
    ["elements", `<r>${"<a/>".repeat(9)}</r>`, `<r>${"<a/>".repeat(10)}</r>`],
    ["attributes", "<a b='' c=''/>", `<a ${Array.from({ length: 10 }, (_, i) => `b${i}=''`).join(" ")}/>`],
    ["a text", `<a>${"x".repeat(20)}</a>`, `<a>${"x".repeat(21)}</a>`],
    ["an attribute", `<a b='${"x".repeat(20)}'/>`, `<a b='${"x".repeat(21)}'/>`],
    ["a text in pieces", `<a>${"x&amp;".repeat(10)}</a>`, `<a>${"x<![CDATA[y]]>".repeat(11)}</a>`],
  ])("has a limit of %s", (_, within, over) => {
    expect(read(within).name).toMatch(/[ar]/);
    expect(() => read(over)).toThrow(expect.objectContaining({ code: "body-too-large" }));
  });

  it("is given up where the limit is met, however much comes after", () => {
    const open = "<a>".repeat(5);
    expect(() => read(`${open}${"<a>".repeat(2_000_000)}`)).toThrow(/more than 4 levels/);
    // What comes after is not even well formed.
    expect(() => read(`${open}<<<`.padEnd(200_000, "<"))).toThrow(/more than 4 levels/);
  });

  it("is read in part, and checked as a whole", () => {
    const part = (text: string) =>
      readXml(Buffer.from(text), { levels: 4, elements: 10, text: 20 }, (path) => path.at(-1) !== "c");
    expect(part("<a>1<c>2<b/></c><b>3</b><c/></a>")).toEqual({ name: "a", text: "1", children: [leaf("b", "3")] });
    expect(part("<c><b/></c>")).toEqual(leaf("c"));
    expect(() => part("<a><c><b></c></a>")).toThrow(expect.objectContaining({ code: "request-malformed" }));
    for (const over of ["x".repeat(21), "<b/>".repeat(9), "<b><b><b/></b></b>"]) {
      expect(() => part(`<a><c>${over}</c></a>`)).toThrow(expect.objectContaining({ code: "body-too-large" }));
    }
  });

  it("takes a text for what was escaped", () => {
    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aé<>&'\"]日🙂 ") }), (text) => {
        expect(read(`<a>${escaped(text)}</a>`, { levels: 2, elements: 2, text: 1000 }).text).toBe(text);
      }),
    );
  });
});

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "data/glpi/captured");
const captured = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".xml")) : [];
if (captured.length === 0)
  console.warn(`no messages of agents in ${folder}: tests that read them are skipped (set GATEHOUSE_SHARED)`);

describe.skipIf(captured.length === 0)("a message of a real agent", () => {
  it.each(captured)("is read: %s", (file) => {
    const { name, children } = readXml(readFileSync(join(folder, file)));
    expect([name, children.map((child) => child.name)]).toEqual(["REQUEST", expect.arrayContaining(["CONTENT"])]);
  });
});

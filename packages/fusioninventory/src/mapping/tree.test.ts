import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readXml } from "@gatehouse/http/agent-xml";
import { describe, expect, it } from "vitest";
import { treeOf, type XmlTree } from "./tree.js";

const tree = (xml: string) => treeOf(readXml(Buffer.from(xml)));

describe("the tree of a message", () => {
  it("has names in lower case, and a list of what is there more than once", () => {
    expect(tree("<REQUEST><QUERY>PROLOG</QUERY><A><B>1</B></A><a><B>2</B><b>3</b></a></REQUEST>")).toEqual({
      query: "PROLOG",
      a: [{ b: "1" }, { b: ["2", "3"] }],
    });
  });

  it("has nothing of what is empty, and of what is empty without it", () => {
    expect(tree("<r><a/><b> \n </b><c><d/><e><f/></e></c><g><h/><i>1</i></g></r>")).toEqual({ g: { i: "1" } });
    expect(tree("<r/>")).toEqual({});
  });

  it("has texts trimmed and repaired, and none beside elements", () => {
    expect(tree("<r> x <a>  thrÃ©e </a> y <b>z<c>1</c></b></r>")).toEqual({ a: "thrée", b: { c: "1" } });
  });

  it("keeps the names of JavaScript's own for what they are", () => {
    const found = tree("<r><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor></r>");
    expect(Object.keys(found)).toEqual(["__proto__", "constructor"]);
    expect(JSON.stringify(found)).toBe('{"__proto__":{"polluted":"1"},"constructor":"2"}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "data/glpi/captured");
const inventories = existsSync(folder) ? readdirSync(folder).filter((file) => /(?:full|esx)\.xml$/.test(file)) : [];
if (inventories.length === 0)
  console.warn(`no inventories of agents in ${folder}: tests that read them are skipped (set GATEHOUSE_SHARED)`);

describe.skipIf(inventories.length === 0)("the tree of a real inventory", () => {
  /** Of a section, in what the public converter made of it. */
  const countOf = (value: unknown) => (Array.isArray(value) ? value.length : value === undefined ? 0 : 1);
  it.each(inventories)("has as many of each section as the public converter finds: %s", (file) => {
    const { content } = treeOf(readXml(readFileSync(join(folder, file)))) as { content: XmlTree };
    const converted = JSON.parse(readFileSync(join(folder, file.replace(".xml", ".converted.json")), "utf8")) as {
      content: Record<string, unknown>;
    };
    for (const section of ["softwares", "networks", "drives", "cpus", "processes", "virtualmachines", "storages"])
      expect([section, countOf(content[section])]).toEqual([section, countOf(converted.content[section])]);
  });
});

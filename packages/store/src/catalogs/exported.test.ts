import type { CollectorFilter } from "@gatehouse/core/catalogs";
import { beforeAll, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { exported, useCatalogs } from "./catalogs.test.helper.js";

const house = useCatalogs();
const secret = { __ptype: "Sensitive", __pvalue: "s3cret" };
const find = async (filter?: CollectorFilter, askedBy = "nobody", type = "Nagios::Host") =>
  (await house.queries().exported(type, askedBy, filter)).map(({ certname, title }) => `${certname}/${title}`);

beforeAll(async () => {
  for (const name of ["a", "b", "c", "gone"]) await house.enrol(name);
  const host = (title: string, tags: string[], parameters: Record<string, unknown> = {}) =>
    exported("Nagios::Host", title, { tags, parameters });
  await house.keep("a", {
    exported: [
      host("one", ["web", "Site::Web"], {
        ...{ port: 80, up: true, groups: ["Web", "all"], owner: "Root", nothing: null, ratio: 1.5 },
        ...{ nested: { a: [1] }, hosts: [["x"], { k: "V" }], password: secret, require: "File[/a]" },
      }),
      host("Two", ["web", "db"], { port: "80", groups: "web", owner: "www", __proto__: null }),
      exported("Other", "one"),
    ],
  });
  await house.keep("b", { exported: [host("one", ["db"], { port: 8080, groups: [], nested: { a: [2] } })] });
  await house.keep("c", { exported: [host("own", ["web"])] });
  const { nodeId } = await house.enrol("gone");
  await house.keep("gone", { exported: [host("gone", ["web"])] });
  await createNodeRegistry(house.db).setState(nodeId, "deactivated", "somebody");
});

describe("CatalogQueries.exported", () => {
  it("gives what other active nodes export of a type, by node and title", async () => {
    expect(await find()).toEqual(["a/Two", "a/one", "b/one", "c/own"]);
    expect(await find(undefined, "a")).toEqual(["b/one", "c/own"]);
    expect(await find(undefined, "nobody", "Other")).toEqual(["a/one"]);
    expect(await find(undefined, "nobody", "Nagios")).toEqual([]);
  });

  it("gives each whole", async () => {
    const [, one] = await house.queries().exported("Nagios::Host", "nobody", undefined);
    expect(one).toEqual({
      certname: "a",
      type: "Nagios::Host",
      title: "one",
      tags: ["web", "site::web"],
      parameters: {
        ...{ port: 80, up: true, groups: ["Web", "all"], owner: "Root", nothing: null, ratio: 1.5 },
        ...{ nested: { a: [1] }, hosts: [["x"], { k: "V" }], password: secret, require: "File[/a]" },
      },
    });
  });

  // What Puppet 7.23 itself finds among virtual resources (evaluator/collector_transformer.rb), but for two: a list is
  // found by the same list, and `tag !=` negates `tag ==`, both as PuppetDB has it.
  it.each<[CollectorFilter, string[]]>([
    [
      ["tag", "==", "web"],
      ["a/Two", "a/one", "c/own"],
    ],
    [
      ["tag", "==", "WEB"],
      ["a/Two", "a/one", "c/own"],
    ],
    [["tag", "==", "Site::Web"], ["a/one"]],
    [["tag", "==", "site"], []],
    [
      ["tag", "==", ["site::web", "db"]],
      ["a/Two", "a/one", "b/one"],
    ],
    [["tag", "!=", "web"], ["b/one"]],
    [
      ["title", "==", "one"],
      ["a/one", "b/one"],
    ],
    [["title", "==", "TWO"], ["a/Two"]],
    [
      ["title", "!=", "one"],
      ["a/Two", "c/own"],
    ],
    [["title", "==", 1], []],
    [
      ["title", "!=", 1],
      ["a/Two", "a/one", "b/one", "c/own"],
    ],
    [["port", "==", 80], ["a/one"]],
    [["port", "==", 80.0], ["a/one"]],
    [["port", "==", "80"], ["a/Two"]],
    [
      ["port", "!=", 80],
      ["a/Two", "b/one", "c/own"],
    ],
    [["up", "==", true], ["a/one"]],
    [["up", "==", "true"], []],
    [["owner", "==", "root"], ["a/one"]],
    [
      ["owner", "!=", "ROOT"],
      ["a/Two", "b/one", "c/own"],
    ],
    [
      ["groups", "==", "web"],
      ["a/Two", "a/one"],
    ],
    [["groups", "==", ["web", "ALL"]], ["a/one"]],
    [["groups", "==", ["all", "web"]], []],
    [["groups", "==", []], ["b/one"]],
    [
      ["groups", "!=", "web"],
      ["a/one", "b/one", "c/own"],
    ],
    [["hosts", "==", ["x"]], ["a/one"]],
    [["nested", "==", { a: [1] }], ["a/one"]],
    [["nested", "==", {}], []],
    [["ratio", "==", 1.5], ["a/one"]],
    [["require", "==", "File[/a]"], ["a/one"]],
    [
      ["nothing", "==", null],
      ["a/Two", "a/one", "b/one", "c/own"],
    ],
    [["port", "==", null], ["c/own"]],
    [
      ["port", "!=", null],
      ["a/Two", "a/one", "b/one"],
    ],
    [["password", "==", "s3cret"], []],
    [["password", "==", secret], []],
    [["__proto__", "==", "x"], []],
    [["a'b\"; drop table nodes; --", "==", "\0'"], []],
    [[["tag", "==", "web"], "and", ["title", "==", "one"]], ["a/one"]],
    [
      [["tag", "==", "db"], "or", ["title", "==", "own"]],
      ["a/Two", "b/one", "c/own"],
    ],
    [
      [
        [["tag", "==", "web"], "and", ["title", "==", "own"]],
        "or",
        [["port", "==", 8080], "and", ["title", "!=", "x"]],
      ],
      ["b/one", "c/own"],
    ],
  ])("%j finds %j", async (filter, expected) => {
    expect(await find(filter)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ["a number as a tag", ["tag", "==", 5]],
    ["a number among tags", ["tag", "==", ["web", 5]]],
    ["another operator", ["title", "=~", "x"]],
    ["a field that is no text", [1, "==", 1]],
    ["too short a condition", ["title", "=="]],
    ["a text", "title == x"],
    ["an object", { title: "x" }],
    ["half a conjunction", [["title", "==", "x"], "and", "x"]],
  ])("refuses %s", async (_, filter) => {
    await expect(find(filter as CollectorFilter)).rejects.toMatchObject({ code: "request-malformed" });
  });

  it("refuses what nests too deep or has too many parts, and takes what is just within", async () => {
    const deep = (depth: number) => {
      let filter: CollectorFilter = ["title", "==", "own"];
      for (let i = 1; i < depth; i++) filter = [filter, "and", ["tag", "==", "web"]];
      return filter;
    };
    const wide = (levels: number): CollectorFilter =>
      levels === 0 ? ["title", "==", "own"] : [wide(levels - 1), "or", wide(levels - 1)];
    expect(await find(deep(200))).toEqual(["c/own"]);
    expect(await find(wide(8))).toEqual(["c/own"]);
    const value = deep(50_000);
    for (const filter of [deep(201), value, ["a", "==", value] as const, wide(10)])
      await expect(find(filter)).rejects.toMatchObject({ code: "request-malformed" });
  });

  it("refuses an answer that nobody could use", async () => {
    await house.enrol("many1");
    await house.enrol("many2");
    const many = (count: number) => Array.from({ length: count }, (_, i) => exported("Many", `m${i}`));
    await house.keep("many1", { exported: many(10_000) });
    expect(await find(undefined, "nobody", "Many")).toHaveLength(10_000);
    await house.keep("many2", { exported: many(1) });
    await expect(find(undefined, "nobody", "Many")).rejects.toMatchObject({ code: "conflict" });
    expect(await find(["title", "==", "m0"], "nobody", "Many")).toEqual(["many1/m0", "many2/m0"]);
  });

  it("answers with so many bytes, and no more", async () => {
    const content = "x".repeat(5 << 20);
    const large = (count: number) =>
      Array.from({ length: count }, (_, i) => exported("Large", `l${i}`, { parameters: { content } }));
    const secrets = [
      exported("Large", "secret", { parameters: { content: { __ptype: "Sensitive", __pvalue: content } } }),
    ];
    await house.enrol("large1");
    await house.enrol("large2");
    await house.keep("large1", { exported: large(6) });
    expect(await find(undefined, "nobody", "Large")).toHaveLength(6);
    await house.keep("large2", { exported: secrets });
    const refused = { code: "conflict", message: expect.stringContaining("More than 32 MiB of exported Large") };
    await expect(find(undefined, "nobody", "Large")).rejects.toMatchObject(refused);
    expect(await find(["title", "==", "l5"], "nobody", "Large")).toEqual(["large1/l5"]);
  });
});

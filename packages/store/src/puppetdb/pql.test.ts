import { describe, expect, it } from "vitest";
import { parsePql } from "./pql.js";

describe("parsePql", () => {
  // The queries of PuppetDB's reference of PQL, with the AST that it says they are.
  it.each<[string, unknown]>([
    ["nodes {}", ["from", "nodes"]],
    ["facts[] {}", ["from", "facts"]],
    ['nodes[certname] { certname ~ "^web" }', ["from", "nodes", ["extract", ["certname"], ["~", "certname", "^web"]]]],
    [
      "facts[name, count()] { group by name }",
      ["from", "facts", ["extract", ["name", ["function", "count"]], ["group_by", "name"]]],
    ],
    [
      "entity { !(field1 = 'mystring' and field2 < 3) or field3 = 'mars' }",
      [
        ...["from", "entity"],
        ["or", ["not", ["and", ["=", "field1", "mystring"], ["<", "field2", 3]]], ["=", "field3", "mars"]],
      ],
    ],
    [
      "n { a = 1 or b = 2 and ! c = 3 }",
      ["from", "n", ["or", ["=", "a", 1], ["and", ["=", "b", 2], ["not", ["=", "c", 3]]]]],
    ],
    ['nodes { certname in ["foo", "bar"] }', ["from", "nodes", ["in", "certname", ["array", ["foo", "bar"]]]]],
    [
      'facts { [certname, name] in fact_contents[certname, name] { value ~ "a" } }',
      [
        ...["from", "facts"],
        ["in", ["certname", "name"], ["from", "fact_contents", ["extract", ["certname", "name"], ["~", "value", "a"]]]],
      ],
    ],
    ["nodes { deactivated is null }", ["from", "nodes", ["null?", "deactivated", true]]],
    ["nodes{deactivated is not null}", ["from", "nodes", ["null?", "deactivated", false]]],
    [
      'fact_contents { path ~> ["networking",".*","mac"] }',
      ["from", "fact_contents", ["~>", "path", ["networking", ".*", "mac"]]],
    ],
    [
      'nodes { facts { name = "os" and value = "Debian" } and certname ~ "^web" }',
      [
        ...["from", "nodes"],
        [
          "and",
          ["subquery", "facts", ["and", ["=", "name", "os"], ["=", "value", "Debian"]]],
          ["~", "certname", "^web"],
        ],
      ],
    ],
    ["nodes { resources {} }", ["from", "nodes", ["subquery", "resources"]]],
    [
      'reports {certname ~ "web" order by receive_time desc, certname limit 10 offset 5}',
      [
        ...["from", "reports", ["~", "certname", "web"]],
        ...[
          ["order_by", [["receive_time", "desc"], "certname"]],
          ["limit", 10],
          ["offset", 5],
        ],
      ],
    ],
    ["nodes{a != 1 and b !~ 'x'}", ["from", "nodes", ["and", ["not", ["=", "a", 1]], ["not", ["~", "b", "x"]]]]],
    [
      "n{a=1 and(b=true)or(c=false)}",
      ["from", "n", ["or", ["and", ["=", "a", 1], ["=", "b", true]], ["=", "c", false]]],
    ],
    ["n { a = -4.1E3 or b >= -7 }", ["from", "n", ["or", ["=", "a", -4100], [">=", "b", -7]]]],
    ['inventory { facts.os.name = "x" }', ["from", "inventory", ["=", "facts.os.name", "x"]]],
    [`i { facts."a.b".c[0] = 1 }`, ["from", "i", ["=", 'facts."a.b".c[0]', 1]]],
    ['n { facts.match("eth.*").mtu = 1 }', ["from", "n", ["=", 'facts.match("eth.*").mtu', 1]]],
    // Words of the language may begin a name, and a name that is no word may be a field.
    [
      "n { order = 1 or android = 2 and intel = 3 }",
      ["from", "n", ["or", ["=", "order", 1], ["and", ["=", "android", 2], ["=", "intel", 3]]]],
    ],
    ['n { a = "line\\n\\u0041\\"" }', ["from", "n", ["=", "a", 'line\nA"']]],
    ["n { a = 'no\\n\"escape' }", ["from", "n", ["=", "a", 'no\\n"escape']]],
    ['n { a = "two\nlines" }', ["from", "n", ["=", "a", "two\nlines"]]],
    ["\n nodes\t[ certname ,\ncount( ) ]{\n}\n", ["from", "nodes", ["extract", ["certname", ["function", "count"]]]]],
    ["n[to_string(a, 'DAY')] {}", ["from", "n", ["extract", [["function", "to_string", "a", "DAY"]]]]],
  ])("%s", (query, ast) => {
    expect(parsePql(query)).toEqual(ast);
  });

  it.each([
    ["", "line 1, column 1"],
    ["nodes", "line 1, column 6"],
    ["nodes { certname = }", "line 1, column 20"],
    ["nodes {\n  certname = 'a' and\n}", "line 3, column 1"],
    ["nodes { certname = 'a' } x", "line 1, column 26"],
    ["nodes { certname = 'a", "column"],
    ["nodes { certname ; 'a' }", "line 1, column 18"],
    ['n { a = "\\x" }', "a text in double quotes is as in JSON"],
    ["n { limit -1 }", "column"],
    ["select * from nodes", "line 1, column 8"],
  ])("says where %j is none", (query, said) => {
    expect(() => parsePql(query)).toThrow(said);
    expect(() => parsePql(query)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });

  it("refuses what is too long or too deep, and takes what is just within", () => {
    const deep = (depth: number) => `n { ${"(".repeat(depth - 1)}a = 1${")".repeat(depth - 1)} }`;
    expect(parsePql(deep(100))).toEqual(["from", "n", ["=", "a", 1]]);
    for (const query of [
      deep(101),
      deep(40_000),
      `n { ${"!".repeat(50_000)} a = 1 }`,
      `n { ${"! ".repeat(40_000)} a = 1 }`,
    ])
      expect(() => parsePql(query)).toThrow("nests at most 100 deep");
    expect(() => parsePql(`nodes {${" ".repeat(100_000)}}`)).toThrow("at most 100000 characters");
    // Brackets in texts are no nesting.
    expect(parsePql(`n { a in [${Array.from({ length: 300 }, () => "'('").join(",")}] }`)).toMatchObject([
      "from",
      "n",
      {},
    ]);
    expect(parsePql(`n { ${Array.from({ length: 300 }, () => "a != 1").join(" and ")} }`)).toMatchObject([
      "from",
      "n",
      {},
    ]);
  });
});

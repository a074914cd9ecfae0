import { describe, expect, it } from "vitest";
import { differencesOf } from "./differences.js";

const resource = (title: string, more: object = {}) => ({
  type: "Notify",
  title,
  tags: ["notify", "class"],
  file: "/there/manifests/site.pp",
  line: 3,
  exported: false,
  kind: "compilable_type",
  parameters: { message: "hello", list: [1, 2], hash: { a: 1, b: 2 } },
  ...more,
});
const CATALOG = {
  tags: ["settings"],
  name: "a.example.org",
  version: 1795203548,
  code_id: null,
  catalog_uuid: "1",
  catalog_format: 2,
  environment: "production",
  resources: [resource("one"), resource("two")],
  edges: [
    { source: "Class[Main]", target: "Notify[one]" },
    { source: "Class[Main]", target: "Notify[two]" },
  ],
  classes: ["settings", "main"],
};

const THERE = { catalog: JSON.stringify(CATALOG), folder: "/there" };
const compared = (ours: string) => differencesOf(THERE, { catalog: ours, folder: "/here" });
const here = (change: (catalog: typeof CATALOG) => object = (catalog) => catalog) =>
  JSON.stringify(change(structuredClone(CATALOG))).replaceAll("/there", "/here");
/** The first resource with other parameters. */
const parameters = (more: object) =>
  here((catalog) => ({ ...catalog, resources: [resource("one", more), resource("two")] }));

describe("the comparison of catalogs", () => {
  it("finds nothing between equal ones, whose run, time and folder are their own", () => {
    expect(compared(here())).toEqual([]);
    expect(compared(here((catalog) => ({ ...catalog, catalog_uuid: "2", code_id: "7", version: 1795203549 })))).toEqual(
      [],
    );
  });

  it.each([
    ["a resource that is missing", here((c) => ({ ...c, resources: c.resources.slice(0, 1) })), "Notify[two]"],
    ["a resource more", here((c) => ({ ...c, resources: [...c.resources, resource("three")] })), "Notify[three]"],
    ["a resource twice", here((c) => ({ ...c, resources: [...c.resources, resource("two")] })), "Notify[two]"],
    ["resources in another order", here((c) => ({ ...c, resources: c.resources.reverse() })), "another order"],
    ["another value", parameters({ parameters: { message: "hallo", list: [1, 2], hash: { a: 1, b: 2 } } }), "hallo"],
    ["a parameter less", parameters({ parameters: { message: "hello", list: [1, 2] } }), "parameters hash"],
    [
      "another order in a list",
      parameters({ parameters: { message: "hello", list: [2, 1], hash: { a: 1, b: 2 } } }),
      "list",
    ],
    [
      "another order of keys",
      parameters({ parameters: { message: "hello", list: [1, 2], hash: { b: 2, a: 1 } } }),
      "keys",
    ],
    [
      "a text for a number",
      parameters({ parameters: { message: "hello", list: ["1", 2], hash: { a: 1, b: 2 } } }),
      '["1",2] here',
    ],
    ["another line", parameters({ line: 4 }), "line: 3 there, 4 here"],
    ["another file", parameters({ file: "/there/manifests/other.pp" }), "ENVIRONMENT/manifests/other.pp"],
    ["tags in another order", parameters({ tags: ["class", "notify"] }), "tags"],
    ["an exported one", parameters({ exported: true }), "exported"],
    ["another kind", parameters({ kind: "unknown" }), "kind"],
    ["sensitive parameters", parameters({ sensitive_parameters: ["message"] }), "sensitive_parameters"],
    ["an edge that is missing", here((c) => ({ ...c, edges: c.edges.slice(1) })), "Class[Main] -> Notify[one]"],
    ["edges in another order", here((c) => ({ ...c, edges: c.edges.reverse() })), "edges: another order"],
    ["a class more", here((c) => ({ ...c, classes: [...c.classes, "more"] })), "more"],
    ["another environment", here((c) => ({ ...c, environment: "staging" })), "staging"],
    ["a version that is a name", here((c) => ({ ...c, version: "v1" })), '"v1" here'],
    ["another format", here((c) => ({ ...c, catalog_format: 1 })), "catalog_format"],
    ["fields in another order", here(({ tags, ...c }) => ({ ...c, tags })), "the catalog: keys in another order"],
  ])("finds %s", (_what, ours, said) => {
    const found = compared(ours);
    expect(found.join("\n")).toContain(said);
    expect(found).toHaveLength(1);
  });

  it("tells 1 from 1.0, and large numbers by every digit", () => {
    const numbers = (text: string) => here().replace("[1,2]", text);
    expect(compared(numbers("[1.0,2]"))).toEqual(["Notify[one] parameters list: [1,2] there, [1.0,2] here"]);
    const there = { catalog: THERE.catalog.replace("[1,2]", "[9223372036854775807]"), folder: "/there" };
    expect(differencesOf(there, { catalog: numbers("[9223372036854775806]"), folder: "/here" })).toHaveLength(1);
  });

  it("says how many it leaves out", () => {
    const resources = Array.from({ length: 300 }, (_, i) => resource(`more ${i}`));
    const found = compared(here((c) => ({ ...c, resources: [...c.resources, ...resources] })));
    expect(found).toHaveLength(201);
    expect(found.at(-1)).toBe("… 100 more");
  });
});

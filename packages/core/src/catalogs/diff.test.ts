import { describe, expect, it } from "vitest";
import { catalogDifferences } from "./diff.js";
import { redactedCatalog } from "./redact.js";
import type { Catalog, CatalogResource } from "./types.js";

const file = (title: string, parameters: object = {}, said: Partial<CatalogResource> = {}): CatalogResource => ({
  ...{ type: "File", title, tags: [], exported: false, kind: "compilable_type" },
  parameters: { ...parameters },
  ...said,
});
const catalogOf = (resources: readonly CatalogResource[], said: Partial<Catalog> = {}): Catalog => ({
  ...{ tags: [], name: "n", version: 1, code_id: null, catalog_uuid: "u", catalog_format: 2 },
  ...{ environment: "production", resources, edges: [], classes: [], ...said },
});
const same = { added: [], removed: [], changed: [], edges: { added: [], removed: [] } };
const secret = (value: string) => ({ __ptype: "Sensitive", __pvalue: value });

describe("catalogDifferences", () => {
  it("has what came, what went, and what of it changed, by name", () => {
    const before = catalogOf([file("/gone", { mode: "1" }), file("/a", { mode: "1", owner: "root", keep: [1] })]);
    const after = catalogOf([file("/new", { mode: "2" }), file("/a", { mode: "2", keep: [1], group: null })]);
    expect(catalogDifferences(before, after)).toEqual({
      ...same,
      added: [{ type: "File", title: "/new", parameters: [{ name: "mode", after: "2" }] }],
      removed: [{ type: "File", title: "/gone", parameters: [{ name: "mode", before: "1" }] }],
      changed: [
        {
          ...{ type: "File", title: "/a" },
          parameters: [
            { name: "group", after: null },
            { name: "mode", before: "1", after: "2" },
            { name: "owner", before: "root" },
          ],
        },
      ],
    });
  });

  it("has edges that came and went", () => {
    const edge = (target: string) => ({ source: "Class[main]", target });
    const before = catalogOf([], { edges: [edge("A[a]"), edge("B[b]")] });
    const after = catalogOf([], { edges: [edge("B[b]"), edge("C[c]")] });
    expect(catalogDifferences(before, after).edges).toEqual({ added: [edge("C[c]")], removed: [edge("A[a]")] });
  });

  it("sees no difference in another order, version, id, tag or line, nor in the order of keys", () => {
    const before = catalogOf([file("/a", { x: { b: 1, a: 2 }, y: 1 }), file("/b")]);
    const after = catalogOf(
      [file("/b"), file("/a", { y: 1, x: { a: 2, b: 1 } }, { tags: ["t"], line: 9, file: "/x" })],
      {
        ...{ version: 2, catalog_uuid: "v", code_id: "9", name: "m" },
      },
    );
    expect(catalogDifferences(before, after)).toEqual(same);
  });

  it.each([
    ["the order of a list", [1, 2], [2, 1]],
    ["a number and its text", 1, "1"],
    ["nothing and an empty text", null, ""],
    ["what is deep inside", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
  ])("sees %s", (_, before, after) => {
    const { changed } = catalogDifferences(
      catalogOf([file("/a", { x: before })]),
      catalogOf([file("/a", { x: after })]),
    );
    expect(changed[0]?.parameters).toEqual([{ name: "x", before, after }]);
  });

  it("says that what is sensitive changed, and not into what", () => {
    const named = (content: string) => file("/a", { content }, { sensitive_parameters: ["content"] });
    const inside = (value: string) => file("/b", { env: [secret(value), "x"] });
    const [before, after] = [catalogOf([named("one"), inside("one")]), catalogOf([named("two"), inside("two")])];
    const found = catalogDifferences(before, after);
    expect(found.changed.map(({ parameters }) => parameters)).toEqual([
      [{ name: "content", before: "[redacted]", after: "[redacted]" }],
      [{ name: "env", before: ["[redacted]", "x"], after: ["[redacted]", "x"] }],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/one|two/);
    expect(catalogDifferences(redactedCatalog(before), redactedCatalog(after))).toEqual(same);
  });

  it("hides a value that was sensitive on one side only", () => {
    const before = catalogOf([file("/a", { content: "s3cret" })]);
    const after = catalogOf([file("/a", { content: "other" }, { sensitive_parameters: ["content"] })]);
    expect(JSON.stringify(catalogDifferences(before, after))).not.toMatch(/s3cret|other/);
  });

  it("hides what is sensitive in what came and went", () => {
    const all = catalogOf([
      file("/a", { content: "s3cret", env: secret("s3cret") }, { sensitive_parameters: ["content"] }),
    ]);
    for (const found of [catalogDifferences(all, catalogOf([])), catalogDifferences(catalogOf([]), all)])
      expect(JSON.stringify(found)).not.toContain("s3cret");
  });

  it("takes names and titles for data, and resources without parameters", () => {
    const odd = (value: number) => JSON.parse(`{"__proto__": ${value}, "constructor": ${value}}`);
    const { parameters: _, ...bare } = file("a][b");
    const withOdd = (value: number) =>
      catalogOf([
        { ...bare, parameters: odd(value) },
        { ...bare, title: "__proto__" },
      ]);
    expect(JSON.stringify(catalogDifferences(withOdd(1), withOdd(2)).changed)).toBe(
      '[{"type":"File","title":"a][b","parameters":[{"name":"__proto__","before":1,"after":2},{"name":"constructor","before":1,"after":2}]}]',
    );
  });
});

import { describe, expect, it } from "vitest";
import { holdsSensitive, redactedCatalog } from "./redact.js";
import type { Catalog, CatalogResource } from "./types.js";

const secret = { __ptype: "Sensitive", __pvalue: "s3cret" };
const catalogOf = (resource: Partial<CatalogResource>): Catalog => ({
  ...{ tags: [], name: "n", version: 1, code_id: null, catalog_uuid: "u", catalog_format: 2 },
  environment: "production",
  resources: [{ type: "File", title: "/a", tags: [], exported: false, kind: "compilable_type", ...resource }],
  edges: [],
  classes: [],
});
const parametersOf = (resource: Partial<CatalogResource>) =>
  redactedCatalog(catalogOf(resource)).resources[0]?.parameters;

describe("redactedCatalog", () => {
  it("hides parameters that are named as sensitive, and no others", () => {
    expect(
      parametersOf({ parameters: { content: "s3cret", mode: "0600" }, sensitive_parameters: ["content"] }),
    ).toEqual({ content: "[redacted]", mode: "0600" });
  });

  it("hides what is sensitive inside a value, at any depth", () => {
    expect(parametersOf({ parameters: { env: ["a", { b: secret, c: [secret, 1] }], plain: { b: "x" } } })).toEqual({
      env: ["a", { b: "[redacted]", c: ["[redacted]", 1] }],
      plain: { b: "x" },
    });
  });

  it("hides what a Deferred is called with where that is sensitive", () => {
    const deferred = { __ptype: "Deferred", name: "unwrap", arguments: [secret, "a"] };
    expect(parametersOf({ parameters: { content: deferred } })).toEqual({
      content: { ...deferred, arguments: ["[redacted]", "a"] },
    });
  });

  it("leaves the catalog itself as it was, and takes __proto__ for a name", () => {
    const parameters = JSON.parse('{"__proto__": "s3cret", "a": {"__proto__": {"__ptype": "Sensitive"}}}');
    const catalog = catalogOf({ parameters, sensitive_parameters: ["__proto__"] });
    const before = JSON.stringify(catalog);
    expect(JSON.stringify(redactedCatalog(catalog).resources[0]?.parameters)).toBe(
      '{"__proto__":"[redacted]","a":{"__proto__":"[redacted]"}}',
    );
    expect(JSON.stringify(catalog)).toBe(before);
  });

  it("copies nothing where there is nothing to hide", () => {
    const catalog = catalogOf({ parameters: { mode: "0600" } });
    expect(redactedCatalog(catalog).resources[0]).toBe(catalog.resources[0]);
  });
});

it.each([
  [secret, true],
  [[[{ a: secret }]], true],
  [{ __ptype: "Deferred", arguments: [] }, false],
  ["Sensitive", false],
  [null, false],
])("holdsSensitive(%j) is %j", (value, expected) => {
  expect(holdsSensitive(value)).toBe(expected);
});

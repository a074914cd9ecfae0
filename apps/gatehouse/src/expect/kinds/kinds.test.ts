import { apiDocument } from "@gatehouse/api/testing";
import { describe, expect, it } from "vitest";
import { kinds } from "./index.js";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

const document = apiDocument() as unknown as {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters?: { readonly name: string }[] }>>>
  >;
};
const fieldsOf = (name: string): string[] => Object.keys(document.components.schemas[name]?.properties ?? {});
const filtersOf = (path: string): string[] => {
  const found = Object.entries(document.paths).find(([known]) => known.endsWith(path));
  return (found?.[1]["get"]?.parameters ?? []).map(({ name }) => name);
};

const propertiesOf = (word: string): NonNullable<Schema["properties"]> =>
  (kinds.get(word)?.schema as Schema | undefined)?.properties ?? {};

describe("what expectations say of a kind", () => {
  /** Words of our own: what the API has in other places, or more to the point. */
  const OWN: Readonly<Record<string, readonly string[]>> = {
    inventory: ["node", "section", "has"],
    facts: ["node", "path", "is"],
    exchange: ["node"],
    report: ["node"],
    job: ["node", "order"],
    certificate: [],
    node: [],
  };
  it.each([
    ["report", [...fieldsOf("Report"), ...filtersOf("/reports")]],
    ["exchange", [...fieldsOf("Exchange"), ...filtersOf("/exchanges")]],
    ["inventory", fieldsOf("Inventory")],
    ["node", [...fieldsOf("Node"), ...filtersOf("/nodes")]],
    ["facts", fieldsOf("SourceFacts")],
    ["certificate", [...fieldsOf("Certificate"), ...fieldsOf("CertificateStatus")]],
    ["job", [...fieldsOf("JobSummary"), ...filtersOf("/jobs")]],
  ])("is in the API's words: %s", (word, known) => {
    expect(known.length).toBeGreaterThan(2);
    expect(Object.keys(propertiesOf(word)).length).toBeGreaterThan(2);
    expect(
      Object.keys(propertiesOf(word)).filter((field) => ![...known, ...(OWN[word] ?? [])].includes(field)),
    ).toEqual([]);
  });

  it("is of every kind", () => {
    expect([...kinds.keys()].toSorted()).toEqual(Object.keys(OWN).toSorted());
  });

  it("says the words of a field of the API that is a mapping", () => {
    const properties = propertiesOf("report");
    for (const [field, schema] of [
      ["errors", "ReportError"],
      ["published", "PublishedContent"],
    ] as const)
      expect(fieldsOf(schema), field).toEqual(expect.arrayContaining(Object.keys(properties[field]?.properties ?? {})));
  });
});

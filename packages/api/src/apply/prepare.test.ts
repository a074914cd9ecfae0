import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import type { Document, DocumentKind, Given } from "./kind.js";
import { prepare } from "./prepare.js";

const given: Given = { secrets: new Map(), files: new Map() };
const documents: Document[] = ["a", "b", "c"].map((name, index) => ({ index, kind: "Environment", name, spec: {} }));

function kindsOf(ready: (document: Document) => Promise<readonly string[]>): Map<string, DocumentKind> {
  const common = { description: "", name: {}, spec: {}, open: () => Promise.reject(new Error("nothing is opened")) };
  return new Map([
    ["Environment", { ...common, kind: "Environment", prepare: ready }],
    ["Group", { ...common, kind: "Group" }],
  ]);
}

describe("what documents describe", () => {
  it("is made ready where its kind does so, with warnings at its place", async () => {
    const kinds = kindsOf(async ({ name }) => (name === "b" ? ["Syntax error"] : []));
    const all = [...documents, { index: 3, kind: "Group", name: "g", spec: {} }];
    expect([...(await prepare(kinds, all, given))].filter(([, said]) => said.length > 0)).toEqual([
      [1, ["Syntax error"]],
    ]);
  });

  it("that will be refused holds nothing else up", async () => {
    const kinds = kindsOf(async ({ name }) => {
      if (name === "a") throw new GatehouseError("conflict", "Some files are not stored.");
      return ["warm"];
    });
    expect([...(await prepare(kinds, documents, given)).keys()]).toEqual([1, 2]);
  });

  it("is not hidden where the gateway itself is in trouble", async () => {
    const kinds = kindsOf(() => Promise.reject(new GatehouseError("database-unavailable", "No database.")));
    await expect(prepare(kinds, documents, given)).rejects.toMatchObject({ code: "database-unavailable" });
  });

  it("is not begun when it has taken long enough", async () => {
    const begun: string[] = [];
    const kinds = kindsOf(async ({ name }) => {
      begun.push(name);
      return [];
    });
    await prepare(kinds, documents, given, 0);
    expect(begun).toEqual([]);
  });
});

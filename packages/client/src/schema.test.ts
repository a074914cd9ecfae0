import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const at = (relative: string) => new URL(relative, import.meta.url);

it("the committed types are those of the API's committed document", async () => {
  const { typesOf } = (await import(at("../generate.mjs").href)) as { typesOf(document: string): Promise<string> };
  const types = await typesOf(readFileSync(at("../../api/openapi.json"), "utf8"));
  expect(
    types === readFileSync(at("schema.ts"), "utf8"),
    "The API's document has changed. Write the types with: node packages/client/generate.mjs",
  ).toBe(true);
});

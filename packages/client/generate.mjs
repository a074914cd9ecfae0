// Writes src/schema.ts from the API's committed document: node packages/client/generate.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const HEAD = `// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// Generated from packages/api/openapi.json by packages/client/generate.mjs. Do not edit.

`;

const bytes = ts.factory.createUnionTypeNode(
  ["Blob", "Uint8Array", "ReadableStream<Uint8Array>"].map((name) =>
    ts.factory.createTypeReferenceNode(ts.factory.createIdentifier(name)),
  ),
);

/** The types of an OpenAPI document, as the text of a module. */
export async function typesOf(documentText) {
  const nodes = await openapiTS(JSON.parse(documentText), {
    // What has a default may be left out of a request.
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    // Left to itself it takes bytes for a text.
    transform: ({ format }) => (format === "binary" ? bytes : undefined),
  });
  return HEAD + astToString(nodes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = new URL("../api/openapi.json", import.meta.url);
  writeFileSync(new URL("src/schema.ts", import.meta.url), await typesOf(readFileSync(document, "utf8")));
}

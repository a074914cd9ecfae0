import type { JsonSchema } from "../operation/schema.js";
import { type DocumentKind, isVariants } from "./kind.js";

/**
 * The JSON Schema of a file of documents, for editors: draft 07 is what they know. A file holds one document, several
 * with `---` between, or a list.
 */
export function documentsSchema(kinds: readonly DocumentKind[]): JsonSchema {
  const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Documents of gatehouse apply",
    anyOf: [ref("document"), { type: "array", items: ref("document"), maxItems: 10_000 }],
    definitions: {
      document: { oneOf: kinds.map(({ kind }) => ref(kind)) },
      ...Object.fromEntries(kinds.map((kind) => [kind.kind, schemaOf(kind)])),
      ...Object.assign({}, ...kinds.map(({ editor }) => editor?.definitions ?? {})),
    },
  };
}

const schemaOf = ({ kind, description, name, spec, editor }: DocumentKind): JsonSchema => ({
  type: "object",
  description,
  additionalProperties: false,
  required: ["kind", "name", "spec"],
  properties: {
    kind: { const: kind },
    name,
    spec: editor?.spec ?? (isVariants(spec) ? { type: "object", oneOf: Object.values(spec.schemas) } : spec),
  },
});

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { patternOf } from "../operation/operation.js";
import type { JsonSchema } from "../operation/schema.js";

/** An operation as a document tells of it. */
export interface Operated {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly role: string;
  readonly parameters: readonly JsonSchema[];
  readonly requestBody: JsonSchema | undefined;
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

interface Answered {
  readonly method: string;
  /** As it was called, with or without a query. */
  readonly target: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** The operations of an OpenAPI document. */
export function operationsOf(document: JsonSchema): Operated[] {
  const paths = document["paths"] as Record<string, Record<string, JsonSchema>>;
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, said]) => ({
      id: String(said["operationId"]),
      method: verb.toUpperCase(),
      path,
      role: String(said["x-role"]),
      parameters: (said["parameters"] ?? []) as JsonSchema[],
      requestBody: said["requestBody"] as JsonSchema | undefined,
      responses: said["responses"] as Record<string, JsonSchema>,
    })),
  );
}

/**
 * Holds answers against the document: status, type and every field.
 * @returns what is wrong with an answer, in words; undefined when it is as documented, or of no operation
 */
export function answerChecker(document: JsonSchema): (answer: Answered) => string | undefined {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addFormat("binary", true);
  ajv.addVocabulary(["components"]);
  const components = document["components"] as { responses: Record<string, JsonSchema> };
  const compiled = new Map<unknown, ValidateFunction>();
  const validatorOf = (schema: JsonSchema) => {
    const known = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, known);
    return known;
  };
  // What has no part that varies comes first: /dead-letters/redrive is no dead letter.
  const operations = operationsOf(document)
    .toSorted((a, b) => a.path.split("{").length - b.path.split("{").length)
    .map((operation) => ({ ...operation, pattern: patternOf(operation.path) }));

  return ({ method, target, status, contentType, text }) => {
    const path = target.replace(/\?.*/s, "");
    const operation = operations.find((each) => each.method === method && each.pattern.test(path));
    if (operation === undefined) return undefined;
    const where = `${operation.id} ${status}`;
    const said = operation.responses[status];
    if (said === undefined) return `${where}: the document has no such status: ${text.slice(0, 300)}`;
    const reference = /^#\/components\/responses\/(\w+)$/.exec(String(said["$ref"]))?.[1];
    const response = reference === undefined ? said : components.responses[reference];
    const content = response?.["content"] as Record<string, { schema: JsonSchema }> | undefined;
    if (content === undefined)
      return text === "" && contentType === undefined ? undefined : `${where}: the document has no body here`;
    const schema = content[contentType ?? ""]?.schema;
    if (schema === undefined) return `${where}: is ${contentType}, the document has ${Object.keys(content).join(", ")}`;
    if (!/json$/.test(contentType ?? "")) return undefined;
    const validate = validatorOf(schema);
    const value: unknown = JSON.parse(text);
    return validate(value) ? undefined : `${where}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 1000)}`;
  };
}

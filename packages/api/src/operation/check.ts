import { GatehouseError } from "@gatehouse/core/errors";
import { exceeds } from "@gatehouse/http/json-limits";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { ofFormMeant } from "./forms.js";
import type { JsonSchema, Schema } from "./schema.js";

/** Things of one kind that a message names, at the most: a body of 64 KiB holds thousands. */
const MOST_NAMED = 5;

/** Bytes up to which all that is wrong with a body is looked for; of a larger one the first thing is enough. */
const SMALL = 64 << 10;
/** Of a body: a tree of 100,000 files has 700,000 values. Each takes memory, however few bytes it is written with. */
const LIMITS = { levels: Number.POSITIVE_INFINITY, values: 2_000_000 };

const ajv = ajvOf(true);
const terse = ajvOf(false);

function ajvOf(allErrors: boolean): Ajv2020 {
  const made = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors });
  formats.default(made);
  // `$ref`s resolve as they do in the document, where named schemas stand here.
  made.addVocabulary(["components"]);
  return made;
}

/** A check against a schema, which is compiled when it is first needed: there are hundreds. @throws request-malformed, naming the place and what is wrong there */
export function checker<T>(schema: Schema<T>, what: string): (value: unknown) => T {
  return plainChecker<T>(whole(schema), what);
}

const whole = <T>({ json, components }: Schema<T>): JsonSchema => ({ ...json, components: { schemas: components } });

/** A check against a JSON Schema that is not ours, such as a protocol's. @throws request-malformed */
export function plainChecker<T>(schema: JsonSchema, what: string, by = ajv): (value: unknown) => T {
  return (value) => {
    if (by.validate<T>(schema, value)) return value;
    throw new GatehouseError("request-malformed", `${what}${sentence(by.errors ?? [])}.`);
  };
}

/** A parser of JSON bodies. @throws request-malformed, naming the place and what is wrong there */
export function bodyParser<T>(schema: Schema<T>): (body: Buffer) => T {
  const check = checker(schema, "the body");
  let checkLarge: typeof check | undefined;
  return (body) => {
    let value: unknown;
    const isSmall = body.length <= SMALL;
    if (!isSmall && exceeds(body, LIMITS))
      throw new GatehouseError("request-malformed", `The body has more than ${LIMITS.values} values.`);
    try {
      value = JSON.parse(body.toString("utf8"));
    } catch {
      throw new GatehouseError("request-malformed", "The body is not JSON.");
    }
    if (isSmall) return check(value);
    checkLarge ??= plainChecker<T>(whole(schema), "the body", terse);
    return checkLarge(value);
  };
}

function sentence(all: readonly ErrorObject[]): string {
  const errors = ofFormMeant(all);
  const unknown = errors.filter(({ keyword }) => keyword === "additionalProperties");
  const [error] = unknown.length > 0 ? unknown : errors;
  if (error === undefined) return " is refused";
  const place = error.instancePath.slice(0, 200);
  if (unknown.length > 0) {
    const fields = unknown
      .filter(({ instancePath }) => instancePath === error.instancePath)
      .map(({ params }) => String(params["additionalProperty"]));
    return `${place} has no ${fields.length > 1 ? "fields" : "field"} ${quoted(fields)}`;
  }
  const values: unknown = error.params["allowedValues"];
  return Array.isArray(values) ? `${place} must be one of ${values.join(", ")}` : `${place} ${error.message}`;
}

/** Words of a caller as a message may hold them. */
export function quoted(words: readonly string[]): string {
  const shown = words.slice(0, MOST_NAMED).map((word) => JSON.stringify(word.slice(0, 60)));
  return words.length > MOST_NAMED ? `${shown.join(", ")} and ${words.length - MOST_NAMED} more` : shown.join(", ");
}

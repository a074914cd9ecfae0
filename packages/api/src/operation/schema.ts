/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

declare const of: unique symbol;

/**
 * A JSON Schema that knows the type of what it lets through: the document, the check at the door and the compiler read
 * one and the same declaration.
 */
export interface Schema<out T> {
  readonly json: JsonSchema;
  /** The named schemas that it refers to, by name. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  readonly [of]?: T;
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never;
type Shape = Readonly<Record<string, Schema<unknown>>>;
type Flat<T> = { readonly [K in keyof T]: T[K] };
type ObjectOf<R extends Shape, O extends Shape> = Flat<
  { readonly [K in keyof R]: TypeOf<R[K]> } & { readonly [K in keyof O]?: TypeOf<O[K]> }
>;

const COMPONENTS = "#/components/schemas/";

const scalar =
  <T>(fixed: JsonSchema) =>
  (keywords: JsonSchema = {}): Schema<T> => ({ json: { ...fixed, ...keywords }, components: {} });

export const text = scalar<string>({ type: "string" });
export const integer = scalar<number>({ type: "integer" });
export const number = scalar<number>({ type: "number" });
export const boolean = scalar<boolean>({ type: "boolean" });
/** A time: a Date to us, RFC 3339 on the wire. */
export const moment = scalar<Date>({ type: "string", format: "date-time" });
/** Any JSON value. */
export const anything = scalar<unknown>({});
/** A JSON object of whatever: what protocols keep in their own words. */
export const looseObject = scalar<Readonly<Record<string, unknown>>>({ type: "object", additionalProperties: true });

export const oneOf = <const V extends readonly string[]>(values: V): Schema<V[number]> => ({
  json: { type: "string", enum: values },
  components: {},
});

export const listOf = <T>(items: Schema<T>, keywords: JsonSchema = {}): Schema<readonly T[]> => ({
  json: { type: "array", items: items.json, ...keywords },
  components: items.components,
});

/** An object with keys that are data. */
export const mapOf = <T>(values: Schema<T>, keywords: JsonSchema = {}): Schema<Readonly<Record<string, T>>> => ({
  json: { type: "object", additionalProperties: values.json, ...keywords },
  components: values.components,
});

/** An object of these properties and no other. */
export function object<R extends Shape, O extends Shape = Record<never, never>>(
  required: R,
  optional?: O,
): Schema<ObjectOf<R, O>> {
  const entries = [...Object.entries(required), ...Object.entries(optional ?? {})];
  return {
    json: {
      type: "object",
      additionalProperties: false,
      required: Object.keys(required),
      properties: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
    },
    components: Object.assign({}, ...entries.map(([, { components }]) => components)),
  };
}

export const nullable = <T>(schema: Schema<T>): Schema<T | null> => ({
  json:
    typeof schema.json["type"] === "string" && schema.json["enum"] === undefined
      ? { ...schema.json, type: [schema.json["type"], "null"] }
      : { anyOf: [schema.json, { type: "null" }] },
  components: schema.components,
});

export const described = <T>(description: string, schema: Schema<T>): Schema<T> => ({
  json: { ...schema.json, description },
  components: schema.components,
});

/** The schema under a name of its own in the document. */
export const named = <T>(name: string, schema: Schema<T>): Schema<T> => ({
  json: { $ref: `${COMPONENTS}${name}` },
  components: { ...schema.components, [name]: schema.json },
});

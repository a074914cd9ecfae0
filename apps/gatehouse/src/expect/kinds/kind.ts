import type { Api } from "../api.js";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a look is for. */
export interface Want {
  /** Only what is since then, in ISO 8601; undefined: ever. */
  readonly since: string | undefined;
  /** More than these need not be counted. */
  readonly enough: number;
  /** Seconds that the gateway may hold the answer back where nothing fits yet. */
  readonly waitSeconds: number;
}

/** What a look found. */
export interface Looked {
  /** How many fit: all, or {@link Want.enough}. */
  readonly count: number;
  /** The first of them, in words. */
  readonly fitting: readonly string[];
}

/** A kind of thing that an expectation is about, in the API's words. */
export interface Kind<Spec> {
  /** Of what stands under its name: properties that the API has too, and no others. */
  readonly schema: JsonSchema;
  /** From when on things count where the expectation does not say. */
  readonly since: "start" | "ever";
  /** What is expected, in a line, for an expectation without a name. */
  title(spec: Spec): string;
  look(api: Api, spec: Spec, want: Want): Promise<Looked>;
  /** What is there in place of what was expected, the nearest first. */
  instead(api: Api, spec: Spec, want: Pick<Want, "since">): Promise<readonly string[]>;
}

/** Of a kind whose name is known only when it runs; its schema has checked the spec. */
export type AnyKind = Kind<never>;

/** Things that are named one by one, at the most. */
export const MOST_NAMED = 5;

/** What fits of what was found, counted up to `enough`. */
export function counted<T>(
  found: readonly T[],
  fits: (item: T) => boolean,
  say: (item: T) => string,
  enough: number,
): Looked {
  const fitting = found.filter(fits);
  return { count: Math.min(fitting.length, enough), fitting: fitting.slice(0, MOST_NAMED).map(say) };
}

/** Whether a time is not before another; without one, it is not known to be. */
export const isSince = (at: string | null | undefined, since: string | undefined): boolean =>
  since === undefined || (typeof at === "string" && Date.parse(at) >= Date.parse(since));

/** `node web-1, status success or noncompliant` */
export function fieldsText(spec: object): string {
  return Object.entries(spec)
    .map(([key, value]) => `${key} ${wordsOf(value)}`)
    .join(", ");
}

export function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(" or ");
  if (typeof value === "object" && value !== null) return `{${fieldsText(value)}}`;
  return String(value);
}

const SHORT = { type: "string", minLength: 1, maxLength: 255 } as const;

/** What stands in the path of a question: there, `.` and `..` mean other places. */
const NAME = { ...SHORT, pattern: "^(?!\\.{1,2}$)" } as const;

/** Parts of schemas that several kinds have. */
export const parts = {
  /** A node as operators name it. */
  node: { ...NAME, description: "Name, id or alias." },
  name: NAME,
  word: SHORT,
  /** A text, `*` for any characters, or several of which one is enough. */
  pattern: (description: string): JsonSchema => ({
    anyOf: [SHORT, { type: "array", items: SHORT, minItems: 1, maxItems: 50 }],
    description: `${description} \`*\` stands for any characters; of a list, any.`,
  }),
  /** A word of these, or several of which one is enough. */
  oneOf: (words: readonly string[], description: string): JsonSchema => ({
    // Both in one, for one fault where neither fits.
    anyOf: [{ enum: words }, { type: "array", items: { enum: words }, minItems: 1, maxItems: words.length }],
    description,
  }),
  value: {
    type: ["string", "number", "boolean", "null", "array"],
    items: { type: ["string", "number", "boolean", "null"] },
    maxItems: 50,
  } as JsonSchema,
  mapping: (properties: Readonly<Record<string, JsonSchema>>, more: JsonSchema = {}): JsonSchema => ({
    type: "object",
    properties,
    additionalProperties: false,
    minProperties: 1,
    ...more,
  }),
} as const;

/** The one word that was said, where it was one: the API's filters take no more. */
export const single = (said: unknown): string | undefined =>
  typeof said === "string" ? said : Array.isArray(said) && said.length === 1 ? String(said[0]) : undefined;

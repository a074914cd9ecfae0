import { failure } from "./failure.js";

/** What `%{…}` may name, by its first word: `facts`, `trusted`, `parameters`, `environment`. */
export type Scope = Readonly<Record<string, unknown>>;

/** `%%{` stands for `%{` itself; the parts of a name are joined by dots, one that holds dots stands in quotes. */
const VARIABLE = /%%\{|%\{([^{}]*)\}/g;
const NAME = /^(?:::)?[\w-]+(?:\.(?:[\w:-]+|'[^']*'|"[^"]*"))*$/;
const PART = /'([^']*)'|"([^"]*)"|([\w:-]+)/g;

/** Levels of a value that are looked into. */
const DEEPEST = 20;

/**
 * A declared value with its variables filled in, in texts and in keys of objects.
 * @param where names the place in what is said of a variable that is not there
 * @throws catalog-failed for a variable without a value, or with one that is no text, number or truth value
 */
export function interpolate(value: unknown, scope: Scope, where: string, depth: number = DEEPEST): unknown {
  if (typeof value === "string") return interpolateText(value, scope, where);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw failure(`A value nests more than ${DEEPEST} deep (${where}).`);
  if (Array.isArray(value)) return value.map((item) => interpolate(item, scope, where, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      interpolateText(key, scope, where),
      interpolate(inside, scope, where, depth - 1),
    ]),
  );
}

/** @throws catalog-failed, as {@link interpolate} does */
export function interpolateText(text: string, scope: Scope, where: string): string {
  if (!text.includes("%{")) return text;
  return text.replace(VARIABLE, (_, name: string | undefined) =>
    name === undefined ? "%{" : filledIn(name, scope, where),
  );
}

function filledIn(said: string, scope: Scope, where: string): string {
  const name = said.trim();
  if (!NAME.test(name))
    throw failure(`%{${name.slice(0, 100)}} names nothing (${where}); a fact is named as in %{facts.os.family}.`);
  let value: unknown = scope;
  for (const [, single, double, plain] of name.replace(/^::/, "").matchAll(PART)) {
    const key = single ?? double ?? plain ?? "";
    value = isTree(value) && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === undefined || value === null) throw failure(`%{${name}} has no value on this node (${where}).`);
  throw failure(`%{${name}} is ${Array.isArray(value) ? "a list" : "an object"}, which is no text (${where}).`);
}

/** A list is one by its places. */
const isTree = (value: unknown): value is object => typeof value === "object" && value !== null;

import { failure } from "./failure.js";

/**
 * What `%{…}` may name, by its first word: `facts`, `trusted`, `parameters`, `environment`. Each is for one catalog: what
 * is filled in is counted by it.
 */
export type Scope = Readonly<Record<string, unknown>>;

/** `%%{` stands for `%{` itself; the parts of a name are joined by dots, one that holds dots stands in quotes. */
const VARIABLE = /%%\{|%\{([^{}]*)\}/g;
const NAME = /^(?:::)?[\w-]+(?:\.(?:[\w:-]+|'[^']*'|"[^"]*"))*$/;
const PART = /'([^']*)'|"([^"]*)"|([\w:-]+)/g;

/** Levels of a value that are looked into. */
const DEEPEST = 20;
/** Characters that are filled in, in one catalog: an agent chooses its facts, and resources name one again and again. */
const MOST_FILLED = 4 << 20;
const filled = new WeakMap<Scope, number>();

/**
 * A declared value with its variables filled in, in texts and in keys of objects.
 * @param where names the place in what is said of a variable that is not there
 * @throws catalog-failed for a variable without a value, or with one that is no text, number or truth value, and for too
 *   much that is filled in
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
  return text.replace(VARIABLE, (_, name: string | undefined) => {
    if (name === undefined) return "%{";
    const value = filledIn(name, scope, where);
    const count = (filled.get(scope) ?? 0) + value.length;
    if (count > MOST_FILLED)
      throw failure(
        `More than ${MOST_FILLED} characters would be filled in (${where}, %{${name.trim().slice(0, 100)}}).`,
      );
    filled.set(scope, count);
    return value;
  });
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

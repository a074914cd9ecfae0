import type { ErrorObject } from "ajv/dist/2020.js";

/**
 * Of the errors of a value that may have one of several forms (`oneOf`), told apart by a property of theirs (`const`), those
 * of the form that is meant: the others say what nobody asked. Where that property is of no form, one error that says which
 * there are.
 */
export function ofFormMeant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = new Set(errors.filter(({ keyword }) => keyword === "oneOf").map(({ instancePath }) => instancePath));
  if (unions.size === 0) return errors;
  /** Places of values, by the form that is not theirs. */
  const others = new Map<string, Set<string>>();
  const tags = new Map<string, { readonly error: ErrorObject; readonly values: unknown[] }>();
  for (const error of errors) {
    const place = above(error.instancePath);
    const end = error.schemaPath.lastIndexOf("/properties/");
    if (error.keyword !== "const" || !unions.has(place) || end < 0) continue;
    const form = `${error.schemaPath.slice(0, end)}/`;
    others.set(form, (others.get(form) ?? new Set()).add(place));
    const tag = tags.get(place) ?? { error, values: [] };
    tag.values.push(error.params["allowedValue"]);
    tags.set(place, tag);
  }
  const isOfOther = ({ schemaPath, instancePath }: ErrorObject) =>
    [...others].some(([form, places]) => schemaPath.startsWith(form) && isWithin(instancePath, places));
  const left = errors.filter((error) => !isOfOther(error));
  const said = left.filter(({ keyword }) => keyword !== "oneOf");
  if (said.length > 0) return said;
  const unknown = left.flatMap(({ instancePath }) => tags.get(instancePath) ?? []);
  return unknown.length === 0
    ? left
    : unknown.map(({ error, values }) => ({ ...error, keyword: "enum", params: { allowedValues: values } }));
}

const above = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));

function isWithin(pointer: string, places: ReadonlySet<string>): boolean {
  for (let at = pointer; ; at = above(at)) {
    if (places.has(at)) return true;
    if (at === "") return false;
  }
}

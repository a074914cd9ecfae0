/**
 * Whether a value is as it was said to be. Texts are compared as the search of inventories does: without regard to case,
 * `*` for any characters; numbers and texts by what they look like. A list means any of it, and where the value is a
 * list too, each of it. A mapping means each of its fields, and where the value is a list, one entry with all of them.
 */
export function isLike(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(expected)) {
    if (Array.isArray(actual)) return expected.every((one) => actual.some((each) => isLike(one, each)));
    return expected.some((one) => isLike(one, actual));
  }
  if (Array.isArray(actual)) return actual.some((each) => isLike(expected, each));
  if (isMapping(expected))
    return (
      isMapping(actual) &&
      Object.entries(expected).every(([key, value]) =>
        isLike(value, Object.hasOwn(actual, key) ? actual[key] : undefined),
      )
    );
  if (expected === null || actual === null || actual === undefined) return expected === (actual ?? null);
  if (typeof actual === "object") return false;
  return fitsPattern(String(expected), String(actual));
}

/** Fields of a mapping that are as they were said to be. */
export const fieldsAlike = (expected: Readonly<Record<string, unknown>>, actual: unknown): number =>
  Object.entries(expected).filter(([key, value]) => isLike({ [key]: value }, actual)).length;

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** In time that grows with both lengths, whatever the pattern: what stands between two `*` is looked for from the left. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const said = text.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return said === first;
  if (!said.startsWith(first) || said.length < first.length + last.length || !said.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = said.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= said.length - last.length;
}

/** Text as PostgreSQL takes it: without U+0000, and with lone surrogates replaced by U+FFFD. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes("\0") ? wellFormed.replaceAll("\0", "") : wellFormed;
}

/** The form of a name that is compared without regard to case. */
export function keyOf(name: string): string {
  return cleanText(name).toLowerCase();
}

/** Whether PostgreSQL takes what this is the JSON of: no U+0000 and no lone surrogate is in it, which JSON escapes. */
export const isCleanJson = (json: string): boolean => !/\\u(?:0000|d[89a-f])/.test(json);

/** A JSON value with every string and key cleaned; `__proto__` stays an ordinary key. */
export function cleanJson<T>(value: T): T {
  if (typeof value === "string") return cleanText(value) as T;
  if (Array.isArray(value)) return value.map(cleanJson) as T;
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleanJson(item)])) as T;
}

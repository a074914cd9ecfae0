/**
 * Whether a certname matches a line of an autosign list: an exact name, `*.domain`, or `*`. As `glob-matches?` of
 * puppetserver has it: `*.example.org` takes `a.b.example.org` and `example.org` itself; the pattern's case is ignored.
 */
export function matchesName(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  if (!pattern.startsWith("*.")) return pattern === name;
  const domain = pattern.slice(2).toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}

/** Whether a pattern is of a form that {@link matchesName} can match at all. */
export const isNamePattern = (pattern: string): boolean =>
  pattern.length <= 255 && /^(\*|(\*\.)?[A-Za-z0-9_][A-Za-z0-9_.-]*)$/.test(pattern);

/**
 * Whether a value matches a pattern in which asterisks stand for any text. The parts between them are looked for from
 * left to right, each once: no pattern makes it search again and again.
 */
export function matchesValue(pattern: string, value: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === value;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  const middle = value.slice(first.length, value.length - last.length);
  let at = 0;
  for (const part of rest) {
    const found = middle.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

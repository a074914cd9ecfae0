const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * A message as agents write it: names in upper case and sorted, a list as repeated elements, two blanks a level.
 *
 * @param message keys in lower case; texts, numbers, booleans (as 1 and 0), lists and objects of these
 */
export function requestXml(message: Readonly<Record<string, unknown>>): string {
  return `${DECLARATION}${element("REQUEST", message, "")}`;
}

function element(name: string, value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.map((one) => element(name, one, indent)).join("");
  if (typeof value === "object" && value !== null) {
    const fields = value as Readonly<Record<string, unknown>>;
    let inside = "";
    for (const key of Object.keys(fields).sort())
      if (fields[key] !== undefined) inside += element(upper(key), fields[key], `${indent}  `);
    return `${indent}<${name}>\n${inside}${indent}</${name}>\n`;
  }
  const text = String(typeof value === "boolean" ? Number(value) : value);
  if (text === "") return `${indent}<${name} />\n`;
  const escaped = /[&<>]/.test(text) ? text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? "") : text;
  return `${indent}<${name}>${escaped}</${name}>\n`;
}

/** The same few names come by the thousand. */
const upperNames = new Map<string, string>();

function upper(name: string): string {
  const known = upperNames.get(name) ?? name.toUpperCase();
  upperNames.set(name, known);
  return known;
}

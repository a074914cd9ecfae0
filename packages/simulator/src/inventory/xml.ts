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
    const inside = Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => element(key.toUpperCase(), one, `${indent}  `));
    return `${indent}<${name}>\n${inside.join("")}${indent}</${name}>\n`;
  }
  const text = typeof value === "boolean" ? Number(value) : value;
  const escaped = String(text).replace(/[&<>]/g, (character) => ESCAPES[character] ?? "");
  return escaped === "" ? `${indent}<${name} />\n` : `${indent}<${name}>${escaped}</${name}>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML 1.0 has no form for is left out. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is those that are looked for
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? "")
    // As they are, a reader makes blanks of them.
    .replaceAll(/[\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** An empty element: agents read its attributes. @param attributes what is undefined is left out */
export const element = (name: string, attributes: Readonly<Record<string, string | number | undefined>>): string =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? "" : ` ${key}="${escaped(String(value))}"`))
    .join("")}/>`;

/** A job of one task (wire/fusioninventory.md section 7): several of a name are several jobs. */
export const option = (name: string, elements: readonly string[]): string =>
  `<OPTION><NAME>${name}</NAME>${elements.join("")}</OPTION>`;

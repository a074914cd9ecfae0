const MORE_THAN_BYTES = /[^\0-\u00ff]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A path as people read it. Agents encode it twice (wire/fusioninventory.md section 5): where all its characters are bytes, and
 * those are UTF-8 of more than ASCII, no path of a machine looks so by itself.
 * @returns undefined for what is no text
 */
export function displayed(path: unknown): string | undefined {
  if (typeof path !== "string" || path === "") return undefined;
  if (MORE_THAN_BYTES.test(path)) return path;
  try {
    return UTF8.decode(Buffer.from(path, "latin1"));
  } catch {
    return path;
  }
}

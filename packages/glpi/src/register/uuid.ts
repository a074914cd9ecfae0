const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The 16 bytes of a UUID, in the order of its digits: nothing of it is turned around as Microsoft's do (wire/glpi.md
 * section 8).
 * @param text as it came, in any case
 * @returns undefined for what is no UUID: no braces, no blanks, no other length
 */
export const uuidBytes = (text: unknown): Buffer | undefined =>
  typeof text === "string" && UUID.test(text) ? Buffer.from(text.replaceAll("-", ""), "hex") : undefined;

/** @param bytes 16 of them. @returns a UUID in lower case */
export const uuidText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

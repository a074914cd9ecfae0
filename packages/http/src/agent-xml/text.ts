import { isAscii } from "node:buffer";

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Bytes 0x80 to 0x9F in windows-1252 (WHATWG's index). Node 20's own decoder of that name takes them for Latin-1's. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/**
 * A message as text. What is no UTF-8 is taken for windows-1252, of which Latin-1 is a part, whatever its declaration says:
 * agents declare UTF-8 and pass on what programs gave them (wire/glpi.md section 9).
 */
export function decodedText(bytes: Uint8Array): string {
  // Nearly all of them, and a tenth of the decoder's time.
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  try {
    return utf8.decode(bytes);
  } catch {
    const text = Buffer.from(bytes).toString("latin1");
    return text.replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252.charAt(character.charCodeAt(0) - 0x80));
  }
}

const BYTES: ReadonlyMap<string, number> = new Map(Array.from(WINDOWS_1252, (character, i) => [character, 0x80 + i]));
/** What the first byte of two or more in UTF-8 is taken for: text without any of these was not encoded twice. */
const SIGN = /[\u00c2-\u00f4]/;

/**
 * Text that was UTF-8, was taken for Latin-1 or windows-1252, and was encoded again, as it was: `thrÃ©e` is `thrée`. Only where
 * all of it is such; ESX agents write names of machines so (recording fi-esx).
 */
export function withoutMojibake(text: string): string {
  if (!SIGN.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const byte = code <= 0xff ? code : BYTES.get(text.charAt(i));
    if (byte === undefined) return text;
    bytes[i] = byte;
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return text;
  }
}

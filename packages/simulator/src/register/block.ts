import { createCipheriv, createDecipheriv } from "node:crypto";

/** Bytes of a token, a challenge and a key: one block of AES-128. */
const BLOCK = 16;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID as REGISTER writes its 16 bytes. */
export const isUuid = (text: unknown): text is string => typeof text === "string" && UUID.test(text);

/** @returns the 16 bytes of a UUID in the order of its text (wire/glpi.md section 8). @throws TypeError for no UUID */
export function bytesOfUuid(text: string): Buffer {
  if (!isUuid(text)) throw new TypeError("This is no UUID.");
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

/** @returns 16 bytes as REGISTER writes them, in lower case. @throws TypeError for another length */
export function uuidOfBytes(bytes: Buffer): string {
  if (bytes.length !== BLOCK) throw new TypeError(`A UUID has ${BLOCK} bytes.`);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** One block under a token: AES-128, no mode, no padding (REGISTER, chapter 6.2). @param token 16 bytes */
export function encryptBlock(token: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv("aes-128-ecb", token, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** The other way: whatever the token is, 16 bytes come out. */
export function decryptBlock(token: Buffer, block: Buffer): Buffer {
  const cipher = createDecipheriv("aes-128-ecb", token, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

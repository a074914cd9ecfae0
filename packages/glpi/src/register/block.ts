import { createCipheriv, createDecipheriv } from "node:crypto";

// One block and no more: what ECB is known for, that equal blocks look equal, needs two under one key (docs/protocols/glpi.md).
const CIPHER = "aes-128-ecb";

/** One block of AES-128: REGISTER's only primitive. @param key @param block 16 bytes each */
export function encryptBlock(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** The other way. Any 16 bytes decrypt to something: whether it is what was meant, the caller finds out. */
export function decryptBlock(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createDecipheriv(CIPHER, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

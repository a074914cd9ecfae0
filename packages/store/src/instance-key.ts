import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { GatehouseError } from "@gatehouse/core/errors";

/**
 * Reads an instance key: 64 hexadecimal digits, or base64 of 32 bytes, with white space around it.
 * @throws start-refused when the file is missing or holds something else
 */
export function readInstanceKey(file: string): Buffer {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw new GatehouseError("start-refused", `The instance key cannot be read from ${file}.`, { cause: thrown });
  }
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return Buffer.from(text, "base64");
  throw new GatehouseError(
    "start-refused",
    `${file} holds no instance key: 64 hexadecimal digits are expected (openssl rand -hex 32).`,
  );
}

/** Makes a new key in a new file (mode 0600), on disk before this returns. */
export function createInstanceKey(file: string): Buffer {
  const key = randomBytes(32);
  storeInstanceKey(file, key);
  return key;
}

/** Writes a key into a new file (mode 0600), on disk before this returns. @throws EEXIST where there is one */
export function storeInstanceKey(file: string, key: Buffer): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, `${key.toString("hex")}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import { refused, type WrappedKey } from "./format.js";

/** 128 MiB and some 0.4 s for each guess at a passphrase. */
const COST = { n: 1 << 17, r: 8, p: 1 };
/** A file may ask for no more than this: its numbers are believed before anything of it is proved. */
const MOST_BYTES = 512 << 20;
const MOST_P = 4;
/** Characters: what is shorter is guessed by whoever has the file. */
const SHORTEST = 12;
const KEY_BYTES = 32;
const AAD = Buffer.from("gatehouse-backup 1 instance key");

/** @throws config-invalid for a passphrase that protects nothing */
export function checkPassphrase(passphrase: string): void {
  if ([...passphrase].length < SHORTEST)
    throw new GatehouseError("config-invalid", `A backup's passphrase has ${SHORTEST} characters at least.`);
}

/** The instance key under a passphrase. @throws config-invalid for a passphrase that is too short */
export async function wrapKey(key: Buffer, passphrase: string): Promise<WrappedKey> {
  checkPassphrase(passphrase);
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await derived(passphrase, salt, COST), iv).setAAD(AAD);
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]).toString("base64");
  const tag = cipher.getAuthTag().toString("base64");
  return { kdf: "scrypt", ...COST, salt: salt.toString("base64"), iv: iv.toString("base64"), tag, sealed };
}

/**
 * @returns the instance key, 32 bytes
 * @throws forbidden for another passphrase; request-malformed for numbers that no backup of ours has
 */
export async function unwrapKey(wrapped: WrappedKey, passphrase: string): Promise<Buffer> {
  const { n, r, p } = wrapped;
  const [salt, iv, tag, sealed] = [wrapped.salt, wrapped.iv, wrapped.tag, wrapped.sealed].map((text) =>
    Buffer.from(text, "base64"),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const usual = n >= 1 << 14 && (n & (n - 1)) === 0 && r >= 1 && p >= 1 && p <= MOST_P && 128 * n * r <= MOST_BYTES;
  if (!usual || iv.length !== 12 || tag.length !== 16 || sealed.length !== KEY_BYTES)
    throw refused("The backup's key is wrapped in a way that this Gatehouse does not know.");
  const decipher = createDecipheriv("aes-256-gcm", await derived(passphrase, salt, { n, r, p }), iv, {
    authTagLength: 16,
  })
    .setAAD(AAD)
    .setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    throw new GatehouseError("forbidden", "The passphrase is not the one that the backup was made with.");
  }
}

function derived(passphrase: string, salt: Buffer, { n, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 2 * MOST_BYTES };
  // One form for what keyboards and systems write in two.
  const secret = Buffer.from(passphrase.normalize("NFC"), "utf8");
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, options, (failed, made) => (failed === null ? resolve(made) : reject(failed)));
  });
}

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Database } from "./database.js";

const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CANARY = "gatehouse";

/** Encrypts what must not be readable in the database (AES-256-GCM under the instance key). */
export class SecretBox {
  readonly #key: Buffer;
  readonly #fingerprintKey: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new Error("an instance key has 32 bytes");
    this.#key = key;
    this.#fingerprintKey = this.derive("fingerprints");
  }

  /** @param purpose bound to the result: bytes moved to another row or column do not open there */
  seal(plain: string | Buffer, purpose: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(purpose));
    const sealed = [cipher.update(typeof plain === "string" ? Buffer.from(plain, "utf8") : plain), cipher.final()];
    return Buffer.concat([Buffer.of(FORMAT), iv, cipher.getAuthTag(), ...sealed]);
  }

  /**
   * The same 32 bytes for the same secret and purpose, under this instance key: tells whether two are the same without
   * opening either, and nobody without the key can try secrets against it.
   */
  fingerprint(plain: string, purpose: string): Buffer {
    return createHmac("sha256", this.#fingerprintKey)
      .update(JSON.stringify([purpose, plain]))
      .digest();
  }

  /** @throws an Error when the bytes were sealed under another key or for another purpose, or were changed */
  open(sealed: Buffer, purpose: string): string {
    return this.openBytes(sealed, purpose).toString("utf8");
  }

  /** As {@link open}, for what is no text. */
  openBytes(sealed: Buffer, purpose: string): Buffer {
    if (sealed[0] !== FORMAT) throw new Error("unknown format of a sealed secret");
    const tagAt = 1 + IV_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(1, tagAt), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(sealed.subarray(tagAt, tagAt + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(tagAt + TAG_BYTES)), decipher.final()]);
  }

  /**
   * A key for something else (RFC 5869, SHA-256): the same on every gateway that has the instance key, and nothing that leads
   * back to that.
   * @param purpose another one gives another key
   * @returns 32 bytes
   */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#key, "", `gatehouse/${purpose}`, 32));
  }
}

/** Whether the canary of a database was sealed with this key. */
export function opensCanary(key: Buffer, canary: Buffer): boolean {
  try {
    return new SecretBox(key).open(canary, "canary") === CANARY;
  } catch {
    // Whatever the cause, this key does not open what the database holds.
    return false;
  }
}

/** Whether this database already belongs to an instance key. */
export async function hasInstance(db: Database): Promise<boolean> {
  return (await db.run("select 1 from instance")).length > 0;
}

/**
 * The box for a database: the first key it sees is its key for good.
 * @throws start-refused when the database was made with another key
 */
export async function openSecretBox(db: Database, key: Buffer): Promise<SecretBox> {
  const box = new SecretBox(key);
  await db.run("insert into instance (id, canary) values (1, $1) on conflict do nothing", [box.seal(CANARY, "canary")]);
  const [row] = await db.run<{ canary: Buffer }>("select canary from instance");
  if (row !== undefined && opensCanary(key, row.canary)) return box;
  throw new GatehouseError("start-refused", "The instance key is not the one that this database was made with.");
}

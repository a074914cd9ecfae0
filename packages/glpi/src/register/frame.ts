import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { uuidBytes } from "./uuid.js";

/**
 * Bodies of messages under a communication key (wire/glpi.md section 8; the document is silent): `GLP1`, 12 bytes of nonce,
 * AES-128-GCM, 16 bytes of tag. What stands in the message's headers is authenticated with it.
 */
const MAGIC = Buffer.from("GLP1", "latin1");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD = MAGIC.length + NONCE_BYTES + TAG_BYTES;
const CIPHER = "aes-128-gcm";

export type Direction = "request" | "response";

/** The headers of a message that its frame is bound to. */
export interface Framed {
  /** GLPI-CryptoKey-ID and GLPI-Agent-ID, in lower case; the latter empty where none was sent. */
  readonly keyId: string;
  readonly agentId: string;
  /** GLPI-Request-ID of the request, as it came: of the one that is answered, in an answer. Empty where there is none. */
  readonly requestId: string;
  /** As it stands beside the frame; it tells of what is inside. */
  readonly contentType: string;
  /** Of an answer. */
  readonly status?: number;
}

/**
 * The key of one direction: a request that comes back as an answer does not open.
 * @param secret the communication key, 16 bytes
 * @param keyId GLPI-CryptoKey-ID
 */
export const directionKey = (secret: Uint8Array, keyId: string, direction: Direction): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, uuidBytes(keyId) ?? Buffer.alloc(0), `GLPI-CRYPTO-1 ${direction}`, TAG_BYTES));

/** What a frame authenticates besides its body. */
export const associated = (direction: Direction, { keyId, agentId, requestId, contentType, status }: Framed): Buffer =>
  Buffer.from(["GLPI1", direction, keyId, agentId, requestId, contentType, status ?? ""].join("\n"), "utf8");

/** @param nonce 12 bytes that this key never saw: random, for tests to say otherwise */
export function sealFrame(
  key: Uint8Array,
  direction: Direction,
  about: Framed,
  body: Uint8Array,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(associated(direction, about));
  return Buffer.concat([MAGIC, nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}

/** Whether bytes may be a frame: they begin like one, and are as long. */
const isFrame = (bytes: Uint8Array): boolean =>
  bytes.length >= OVERHEAD && MAGIC.equals(bytes.subarray(0, MAGIC.length));

/** @returns what is inside; undefined for no frame, one of another key, and one that was changed or belongs to other headers */
export function openFrame(key: Uint8Array, direction: Direction, about: Framed, frame: Uint8Array): Buffer | undefined {
  if (!isFrame(frame)) return undefined;
  const nonce = frame.subarray(MAGIC.length, MAGIC.length + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(associated(direction, about))
    .setAuthTag(frame.subarray(frame.length - TAG_BYTES));
  const inside = decipher.update(frame.subarray(MAGIC.length + NONCE_BYTES, frame.length - TAG_BYTES));
  try {
    return Buffer.concat([inside, decipher.final()]);
  } catch {
    // Node says by this alone that the tag is another.
    return undefined;
  }
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { bytesOfUuid } from "./block.js";

const MAGIC = Buffer.from("GLP1", "latin1");
const IV = 12;
const TAG = 16;
const CIPHER = "aes-128-gcm";

/** What a frame is bound to: it opens nowhere else (wire/glpi.md section 8). */
export interface FrameBinding {
  readonly direction: "request" | "response";
  /** GLPI-CryptoKey-ID and GLPI-Agent-ID, UUIDs. */
  readonly keyId: string;
  readonly agentId: string;
  /** GLPI-Request-ID, "" without one. */
  readonly requestId: string;
  /** Of what is inside. */
  readonly contentType: string;
  /** HTTP status of a response. */
  readonly status?: number;
}

/** @param secret the communication key, 16 bytes. @returns the key of one direction */
export function directionKey(secret: Buffer, { keyId, direction }: Pick<FrameBinding, "keyId" | "direction">): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, bytesOfUuid(keyId), `GLPI-CRYPTO-1 ${direction}`, 16));
}

/** The lines that a frame is bound to, as they are authenticated. */
export function boundText({ direction, keyId, agentId, requestId, contentType, status }: FrameBinding): string {
  const ids = [keyId.toLowerCase(), agentId.toLowerCase()];
  return ["GLPI1", direction, ...ids, requestId, contentType, status ?? ""].join("\n");
}

/** @returns a body as a frame. @param iv 12 bytes; random unless told, and never one twice under a key */
export function sealFrame(secret: Buffer, binding: FrameBinding, body: Buffer, iv: Buffer = randomBytes(IV)): Buffer {
  const cipher = createCipheriv(CIPHER, directionKey(secret, binding), iv);
  cipher.setAAD(Buffer.from(boundText(binding), "utf8"));
  return Buffer.concat([MAGIC, iv, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}

/** @returns what is in a frame; undefined where it does not open: another key, another binding, changed bytes */
export function openFrame(secret: Buffer, binding: FrameBinding, frame: Buffer): Buffer | undefined {
  if (frame.length < MAGIC.length + IV + TAG || !frame.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const start = MAGIC.length + IV;
  const iv = frame.subarray(MAGIC.length, start);
  const decipher = createDecipheriv(CIPHER, directionKey(secret, binding), iv, { authTagLength: TAG });
  decipher.setAAD(Buffer.from(boundText(binding), "utf8"));
  decipher.setAuthTag(frame.subarray(-TAG));
  const body = decipher.update(frame.subarray(start, -TAG));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    // All that `final` can say is that the tag does not fit.
    return undefined;
  }
}

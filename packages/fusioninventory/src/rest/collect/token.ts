import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const FORM = /^[A-Za-z0-9_-]{64}$/;
const NONCE_BYTES = 16;

/**
 * A token for the next answer that an agent posts: another one each time, signed. Nothing is stored of it: it is right on every
 * gateway, and after a restart. What it stands for is that its bearer read an answer of ours; whose job it speaks of is told by
 * the job's id.
 * @param key 32 bytes, the same on all gateways
 */
export function answerToken(key: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  return Buffer.concat([nonce, signed(key, nonce)]).toString("base64url");
}

/** Whether a token is one that {@link answerToken} made with this key. */
export function isAnswerToken(key: Buffer, token: string): boolean {
  if (!FORM.test(token)) return false;
  const bytes = Buffer.from(token, "base64url");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  return timingSafeEqual(signed(key, nonce), bytes.subarray(NONCE_BYTES));
}

const signed = (key: Buffer, nonce: Buffer): Buffer => createHmac("sha256", key).update(nonce).digest();

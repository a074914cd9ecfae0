import { randomBytes, timingSafeEqual } from "node:crypto";
import { bytesOfUuid, decryptBlock, encryptBlock, isUuid, uuidOfBytes } from "./block.js";

const HALF = 8;

/**
 * What a challenge holds for who it is about (chapter 6.2.2).
 * @param token and `agentId`, of who looks at it: UUIDs
 * @returns the server's secret, 8 bytes; undefined where it is about another, or was made with another token
 */
export function serverSecretIn(challenge: unknown, token: string, agentId: string): Buffer | undefined {
  if (!isUuid(challenge)) return undefined;
  const plain = decryptBlock(bytesOfUuid(token), bytesOfUuid(challenge));
  const tail = bytesOfUuid(agentId).subarray(HALF);
  return timingSafeEqual(plain.subarray(HALF), tail) ? plain.subarray(0, HALF) : undefined;
}

/** An answer to a challenge, and what only who has the token can send back for it. */
export interface ChallengeAnswer {
  readonly challenge: string;
  readonly serverSecret: Buffer;
  readonly agentSecret: Buffer;
}

/** Answers a challenge (chapter 6.2.2). @param agentSecret 8 bytes; random unless told */
export function answerTo(
  serverSecret: Buffer,
  token: string,
  agentSecret: Buffer = randomBytes(HALF),
): ChallengeAnswer {
  const block = encryptBlock(bytesOfUuid(token), Buffer.concat([serverSecret, agentSecret]));
  return { challenge: uuidOfBytes(block), serverSecret, agentSecret };
}

/** Whether the final answer shows that the server has the token: both secrets, the agent's first (chapter 6.2.4). */
export function provesServer(challenge: unknown, token: string, sent: ChallengeAnswer): boolean {
  if (!isUuid(challenge)) return false;
  const plain = decryptBlock(bytesOfUuid(token), bytesOfUuid(challenge));
  return timingSafeEqual(plain, Buffer.concat([sent.agentSecret, sent.serverSecret]));
}

/** The communication key in `crypto`, 16 bytes: any 16 bytes make one, nothing tells whether it came whole. */
export const keyIn = (crypto: string, token: string): Buffer => decryptBlock(bytesOfUuid(token), bytesOfUuid(crypto));

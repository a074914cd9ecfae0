import { randomBytes, timingSafeEqual } from "node:crypto";
import { decryptBlock, encryptBlock } from "./block.js";
import { uuidBytes, uuidText } from "./uuid.js";

/** The four steps by which an agent and we show each other that we know the same token (chapter 6.2), our side of them. Pure. */

/** Bytes of a server secret and of an agent secret: half a block. */
export const SECRET_BYTES = 8;
const NOTHING = Buffer.alloc(SECRET_BYTES);

/** What a challenge is made of. */
export interface ChallengeParts {
  /** 16 bytes. */
  readonly token: Uint8Array;
  /** 8 bytes. */
  readonly serverSecret: Uint8Array;
  /** The agentid of the agent, or of the proxy, that is to answer. */
  readonly of: string;
}

/** 8 random bytes, none of them known to anybody; never all zero, which an agent may not answer either. */
export function newServerSecret(): Buffer {
  const secret = randomBytes(SECRET_BYTES);
  return secret.equals(NOTHING) ? newServerSecret() : secret;
}

/** 6.2.1: the server secret and the second half of the agentid, under the token; as a UUID. */
export const serverChallenge = ({ token, serverSecret, of }: ChallengeParts): string =>
  uuidText(encryptBlock(token, Buffer.concat([serverSecret, tailOf(of)])));

/**
 * 6.2.3, first half: what an agent answered. Read as the document has it, our own challenge sent back passes for an answer:
 * its first half is the server secret. So what only echoes is refused: the second half of the agentid, the server secret
 * again, and nothing at all. Nothing tells in its time which of them it was.
 * @param answer a UUID
 * @returns the agent secret, 8 bytes; undefined for an answer that shows no knowledge of the token
 */
export function agentSecretIn(answer: string, parts: ChallengeParts): Buffer | undefined {
  const { token, serverSecret, of } = parts;
  const block = uuidBytes(answer);
  if (block === undefined) return undefined;
  const plain = decryptBlock(token, block);
  const agentSecret = plain.subarray(SECRET_BYTES);
  const faults = [
    !timingSafeEqual(plain.subarray(0, SECRET_BYTES), serverSecret),
    timingSafeEqual(agentSecret, tailOf(of)),
    timingSafeEqual(agentSecret, serverSecret),
    timingSafeEqual(agentSecret, NOTHING),
  ];
  return faults.includes(true) ? undefined : agentSecret;
}

/** 6.2.3, second half: both secrets the other way round, under the token; as a UUID. It shows the agent that we know the token. */
export const serverAnswer = ({ token, serverSecret }: ChallengeParts, agentSecret: Uint8Array): string =>
  uuidText(encryptBlock(token, Buffer.concat([agentSecret, serverSecret])));

/** 6.2.3, `crypto`: the communication key under the token; as a UUID. Nothing in it tells the agent that it came as it was sent. */
export const wrappedKey = (token: Uint8Array, key: Uint8Array): string => uuidText(encryptBlock(token, key));

function tailOf(agentId: string): Buffer {
  const bytes = uuidBytes(agentId);
  if (bytes === undefined) throw new TypeError("an agentid is a UUID");
  return bytes.subarray(SECRET_BYTES);
}

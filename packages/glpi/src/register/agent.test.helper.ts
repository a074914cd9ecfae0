import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Direction, directionKey, type Framed, openFrame, sealFrame } from "./frame.js";

/** The agent's side of REGISTER, written from the document's text and with nothing of ours. */

/** Made by running code, none of it ours (wire/glpi.md section 8). */
export interface Vectors {
  readonly fips197_check: string;
  readonly vectors: readonly {
    readonly in: Readonly<Record<"token" | "agentid" | "serverSecret" | "agentSecret" | "communicationKey", string>>;
    readonly step1_server_challenge: Vector;
    readonly step2_agent_challenge: Vector;
    readonly step3_server_challenge: Vector;
    readonly step3_crypto: Vector;
  }[];
  readonly negative: Readonly<
    Record<"wrong_token" | "replayed_server_challenge_as_answer" | "other_agentid_same_token", string>
  >;
  readonly proposed_frame: Readonly<
    Record<Direction, Readonly<Record<"derivedKey" | "aad" | "frameHex" | "body", string>>>
  >;
}
type Vector = Readonly<Record<"plain" | "uuid", string>>;

export const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors.test.json"), "utf8")) as Vectors;

export const raw = (uuid: string): Buffer => Buffer.from(uuid.replaceAll("-", ""), "hex");
export const uuid = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const cipher = (token: Uint8Array, text: string): string => {
  // One block of CBC from nothing is one block of ECB: another mode than the one that is tested.
  const encrypt = createCipheriv("aes-128-cbc", token, Buffer.alloc(16)).setAutoPadding(false);
  return uuid(Buffer.concat([encrypt.update(Buffer.from(text, "hex")), encrypt.final()]));
};
const decipher = (token: Uint8Array, block: string): string => {
  const decrypt = createDecipheriv("aes-128-cbc", token, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([decrypt.update(raw(block)), decrypt.final()]).toString("hex");
};

/** 6.2.2. @returns undefined for a challenge that is another's; else the answer, and what only this agent and we know */
export function agentAnswer(token: Uint8Array, agentId: string, challenge: string, agentSecret = randomBytes(8)) {
  const plain = decipher(token, challenge);
  if (plain.slice(16) !== raw(agentId).toString("hex").slice(16)) return undefined;
  const serverSecret = plain.slice(0, 16);
  const secret = agentSecret.toString("hex");
  return { answer: cipher(token, serverSecret + secret), serverSecret, agentSecret: secret };
}

/** 6.2.4. @returns undefined for an answer of who does not know the token; else the key, or nothing of it */
export function agentChecks(
  token: Uint8Array,
  { serverSecret, agentSecret }: { serverSecret: string; agentSecret: string },
  { challenge, crypto }: { challenge: string; crypto?: string },
): { readonly key: Buffer | undefined } | undefined {
  if (decipher(token, challenge) !== agentSecret + serverSecret) return undefined;
  return { key: crypto === undefined ? undefined : Buffer.from(decipher(token, crypto), "hex") };
}

/** What anybody could send who knows the token, or thinks so. @param plain 32 hexadecimal digits */
export const forged = (token: Uint8Array, plain: string): string => cipher(token, plain);

/** A request under a key. */
export const sealed = (secret: Uint8Array, about: Framed, body: Uint8Array): Buffer =>
  sealFrame(directionKey(secret, about.keyId, "request"), "request", about, body);

/** What is inside of an answer under a key. */
export const unsealed = (secret: Uint8Array, about: Framed, body: Uint8Array): Buffer | undefined =>
  openFrame(directionKey(secret, about.keyId, "response"), "response", about, body);

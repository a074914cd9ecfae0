import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesOfUuid, decryptBlock, encryptBlock, isUuid, uuidOfBytes } from "./block.js";
import { answerTo, keyIn, provesServer, serverSecretIn } from "./challenge.js";
import { boundText, directionKey, type FrameBinding, openFrame, sealFrame } from "./frame.js";

interface Vector {
  readonly in: Readonly<Record<"token" | "agentid" | "serverSecret" | "agentSecret" | "communicationKey", string>>;
  readonly step1_server_challenge: { readonly plain: string; readonly uuid: string };
  readonly step2_agent_challenge: { readonly uuid: string };
  readonly step3_server_challenge: { readonly uuid: string };
  readonly step3_crypto: { readonly uuid: string };
}
/** Made by running the primitives, beside the draft. */
interface Vectors {
  readonly vectors: readonly Vector[];
  readonly negative: Readonly<
    Record<"wrong_token" | "replayed_server_challenge_as_answer" | "other_agentid_same_token", string>
  >;
  readonly proposed_frame: Readonly<
    Record<"request" | "response", Readonly<Record<"derivedKey" | "aad" | "frameHex" | "body", string>>>
  >;
}
const vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8")) as Vectors;

const hex = (text: string) => Buffer.from(text, "hex");
const [first] = vectors.vectors;
if (first === undefined) throw new Error("there are no vectors");

describe.each(vectors.vectors)("REGISTER's vector of token $in.token", (vector) => {
  const { token, agentid, serverSecret, agentSecret, communicationKey } = vector.in;

  it("6.2.1: the server's challenge is its secret and the end of the agent's id, under the token", () => {
    const plain = Buffer.concat([hex(serverSecret), bytesOfUuid(agentid).subarray(8)]);
    expect(plain.toString("hex")).toBe(vector.step1_server_challenge.plain);
    expect(uuidOfBytes(encryptBlock(bytesOfUuid(token), plain))).toBe(vector.step1_server_challenge.uuid);
  });

  it("6.2.2: the agent finds the server's secret, and answers with its own", () => {
    expect(serverSecretIn(vector.step1_server_challenge.uuid, token, agentid)).toEqual(hex(serverSecret));
    expect(answerTo(hex(serverSecret), token, hex(agentSecret)).challenge).toBe(vector.step2_agent_challenge.uuid);
  });

  it("6.2.4: the agent knows the server by both secrets, and takes the key", () => {
    const sent = answerTo(hex(serverSecret), token, hex(agentSecret));
    expect(provesServer(vector.step3_server_challenge.uuid, token, sent)).toBe(true);
    expect(uuidOfBytes(keyIn(vector.step3_crypto.uuid, token))).toBe(communicationKey);
    // Its own answer, the same in another order, another's, and what is no challenge.
    const swapped = encryptBlock(bytesOfUuid(token), Buffer.concat([hex(serverSecret), hex(agentSecret)]));
    for (const other of [
      sent.challenge,
      uuidOfBytes(swapped),
      vector.step1_server_challenge.uuid,
      "failure",
      undefined,
    ])
      expect(provesServer(other, token, sent)).toBe(false);
  });
});

describe("a challenge that is not the agent's", () => {
  const { token, agentid } = first.in;

  it("is told by the second half: another token, another agent, no challenge", () => {
    expect(serverSecretIn(vectors.negative.wrong_token, token, agentid)).toBeUndefined();
    expect(serverSecretIn(vectors.negative.other_agentid_same_token, token, agentid)).toBeUndefined();
    const other = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    expect(serverSecretIn(first.step1_server_challenge.uuid, other, agentid)).toBeUndefined();
    for (const none of ["", "failure", 7, null, undefined, `${first.step1_server_challenge.uuid}0`])
      expect(serverSecretIn(none, token, agentid)).toBeUndefined();
  });

  it("answers itself where it is sent back: servers have to refuse it", () => {
    expect(vectors.negative.replayed_server_challenge_as_answer).toBe(first.step1_server_challenge.uuid);
    const plain = decryptBlock(bytesOfUuid(token), bytesOfUuid(first.step1_server_challenge.uuid));
    expect(plain.subarray(0, 8)).toEqual(hex(first.in.serverSecret));
  });
});

describe("a UUID", () => {
  it("is 16 bytes in the order of its text, in any case", () => {
    const text = "00112233-4455-6677-8899-AABBCCDDEEFF";
    expect(bytesOfUuid(text).toString("hex")).toBe("00112233445566778899aabbccddeeff");
    expect(uuidOfBytes(bytesOfUuid(text))).toBe(text.toLowerCase());
    expect([isUuid(text), isUuid(text.replaceAll("-", "")), isUuid(`{${text}}`), isUuid(1)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(() => bytesOfUuid("x")).toThrow(TypeError);
    expect(() => uuidOfBytes(Buffer.alloc(15))).toThrow(TypeError);
  });
});

describe.each(["request", "response"] as const)("a frame with a %s", (direction) => {
  const { agentid, communicationKey } = first.in;
  const vector = vectors.proposed_frame[direction];
  const secret = bytesOfUuid(communicationKey);
  const frame = hex(vector.frameHex);
  const binding: FrameBinding = {
    ...{ direction, keyId: agentid, agentId: agentid, requestId: "ABCD1234", contentType: "application/json" },
    ...(direction === "response" && { status: 200 }),
  };

  it("is the vector's, there and back", () => {
    expect(directionKey(secret, binding).toString("hex")).toBe(vector.derivedKey);
    expect(boundText(binding)).toBe(vector.aad);
    expect(sealFrame(secret, binding, Buffer.from(vector.body), frame.subarray(4, 16)).toString("hex")).toBe(
      vector.frameHex,
    );
    expect(openFrame(secret, binding, frame)?.toString()).toBe(vector.body);
  });

  it("opens with nothing else: key, direction, ids, type, status, each byte", () => {
    expect(openFrame(Buffer.alloc(16), binding, frame)).toBeUndefined();
    const other = "c3447aa4-e519-11f1-9f32-aaea530464d7";
    const others: Partial<FrameBinding>[] = [
      { direction: direction === "request" ? "response" : "request" },
      ...[{ keyId: other }, { agentId: other }, { requestId: "ABCD1235" }, { requestId: "" }],
      ...[{ contentType: "application/x-compress-zlib" }, { status: 403 }],
    ];
    for (const one of others) expect(openFrame(secret, { ...binding, ...one }, frame)).toBeUndefined();
    for (let at = 0; at < frame.length; at++) {
      const garbled = Buffer.from(frame);
      garbled[at] = (garbled[at] ?? 0) ^ 1;
      expect(openFrame(secret, binding, garbled)).toBeUndefined();
    }
    for (const length of [0, 4, 31, frame.length - 1])
      expect(openFrame(secret, binding, frame.subarray(0, length))).toBeUndefined();
  });

  it("is another one each time", () => {
    const body = Buffer.from("{}");
    const [a, b] = [sealFrame(secret, binding, body), sealFrame(secret, binding, body)];
    expect(a.equals(b)).toBe(false);
    expect(openFrame(secret, binding, a)).toEqual(body);
  });
});

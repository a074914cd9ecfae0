import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentAnswer, agentChecks, forged, raw, uuid, vectors } from "./agent.test.helper.js";
import { decryptBlock, encryptBlock } from "./block.js";
import { agentSecretIn, newServerSecret, SECRET_BYTES, serverAnswer, serverChallenge, wrappedKey } from "./steps.js";
import { uuidBytes, uuidText } from "./uuid.js";

const hex = (text: string) => Buffer.from(text, "hex");
const [one] = vectors.vectors;
if (one === undefined) throw new Error("there are no vectors");
const parts = { token: raw(one.in.token), serverSecret: hex(one.in.serverSecret), of: one.in.agentid };

describe("one block", () => {
  it("is as FIPS 197, appendix B, has it", () => {
    const block = encryptBlock(hex("2b7e151628aed2a6abf7158809cf4f3c"), hex("3243f6a8885a308d313198a2e0370734"));
    expect(block.toString("hex")).toBe(vectors.fips197_check);
  });

  it("comes back as it was, and has no more and no less than 16 bytes", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (key, block) => {
        const encrypted = encryptBlock(key, block);
        expect(encrypted).toHaveLength(16);
        expect([...decryptBlock(key, encrypted)]).toEqual([...block]);
      }),
    );
    for (const wrong of [15, 17, 0])
      expect(() => encryptBlock(Buffer.alloc(wrong), Buffer.alloc(16))).toThrow(/key length/i);
  });
});

describe("a UUID and its bytes", () => {
  it("have one order", () => {
    expect(uuidBytes("00112233-4455-6677-8899-AABBCCDDEEFF")?.toString("hex")).toBe("00112233445566778899aabbccddeeff");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect([...(uuidBytes(uuidText(bytes)) ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  const id = one.in.agentid;
  it.each([
    "",
    "failure",
    `{${id}}`,
    ` ${id}`,
    `${id}\n`,
    id.replaceAll("-", ""),
    id.slice(1),
    `${id}0`,
    id.replace("3", "g"),
    id.replace("-", "–"),
    `urn:uuid:${id}`,
    null,
    undefined,
    7,
    {},
    [id],
    { toString: () => id },
  ])("are not %j", (text) => {
    expect(uuidBytes(text)).toBeUndefined();
  });
});

describe.each(vectors.vectors)("the vector of token $in.token", (vector) => {
  const { token, agentid, serverSecret, agentSecret, communicationKey } = vector.in;
  const own = { token: raw(token), serverSecret: hex(serverSecret), of: agentid };

  it("6.2.1: the first challenge", () => {
    expect(serverChallenge(own)).toBe(vector.step1_server_challenge.uuid);
    expect(serverChallenge({ ...own, of: agentid.toUpperCase() })).toBe(vector.step1_server_challenge.uuid);
  });

  it("6.2.2: the agent's answer", () => {
    const challenge = vector.step1_server_challenge.uuid;
    expect(agentAnswer(own.token, agentid, challenge, hex(agentSecret))).toEqual({
      ...{ answer: vector.step2_agent_challenge.uuid, serverSecret, agentSecret },
    });
    expect(decryptBlock(own.token, raw(vector.step2_agent_challenge.uuid)).toString("hex")).toBe(
      vector.step2_agent_challenge.plain,
    );
  });

  it("6.2.3: what we take of it, and answer", () => {
    const taken = agentSecretIn(vector.step2_agent_challenge.uuid, own);
    // The second vector's agent secret is all zero: right by the document, and refused by us.
    expect(taken?.toString("hex")).toBe(/^0+$/.test(agentSecret) ? undefined : agentSecret);
    expect(serverAnswer(own, hex(agentSecret))).toBe(vector.step3_server_challenge.uuid);
    expect(wrappedKey(own.token, raw(communicationKey))).toBe(vector.step3_crypto.uuid);
  });

  it("6.2.4: what the agent makes of that", () => {
    const answer = { challenge: vector.step3_server_challenge.uuid, crypto: vector.step3_crypto.uuid };
    expect(agentChecks(own.token, { serverSecret, agentSecret }, answer)?.key).toEqual(raw(communicationKey));
  });
});

describe("6.2.3: an answer that shows no knowledge of the token (reliability T28)", () => {
  const { serverSecret } = one.in;
  const agentSecret = "a1a2a3a4a5a6a7a8";
  const answer = vectors.vectors[0]?.step2_agent_challenge.uuid ?? "";
  const swapped = (text: string) => uuid(Buffer.concat([raw(text).subarray(8), raw(text).subarray(0, 8)]));
  const flipped = (text: string, at: number) => {
    const bytes = raw(text);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return uuid(bytes);
  };

  it.each([
    ["our own challenge, sent back", serverChallenge(parts)],
    ["the vectors' one, sent back", vectors.negative.replayed_server_challenge_as_answer],
    ["the vectors' one of another token", vectors.negative.wrong_token],
    ["the second half of the agentid as its secret", forged(parts.token, `${serverSecret}9af932c024ac3944`)],
    ["our secret as its own", forged(parts.token, serverSecret + serverSecret)],
    ["nothing as its secret", forged(parts.token, `${serverSecret}0000000000000000`)],
    ["both secrets in the wrong order", forged(parts.token, agentSecret + serverSecret)],
    ["swapped halves", swapped(answer)],
    ["garbled in its first half", flipped(answer, 0)],
    ["garbled in its second half", flipped(answer, 15)],
    ["under another token", forged(raw(vectors.vectors[1]?.in.token ?? ""), serverSecret + agentSecret)],
    ["zeros", uuid(Buffer.alloc(16))],
    ["no UUID", "failure"],
  ])("%s", (_, said) => {
    expect(agentSecretIn(said, parts)).toBeUndefined();
  });

  it("is any but the one that the agent makes of the token", () => {
    expect(agentSecretIn(forged(parts.token, serverSecret + agentSecret), parts)?.toString("hex")).toBe(agentSecret);
    const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(block, (bytes) => {
        expect(agentSecretIn(uuid(bytes), parts)).toBeUndefined();
      }),
    );
  });
});

describe("6.2.1: the server secret", () => {
  it("is 8 bytes, and another each time", () => {
    const secrets = Array.from({ length: 100 }, newServerSecret);
    expect(new Set(secrets.map((secret) => secret.toString("hex"))).size).toBe(100);
    for (const secret of secrets) expect(secret).toHaveLength(SECRET_BYTES);
  });

  it("is the agent's only that has the token and the agentid", () => {
    const token = randomBytes(16);
    const challenge = serverChallenge({ token, serverSecret: newServerSecret(), of: one.in.agentid });
    expect(agentAnswer(token, one.in.agentid, challenge)).toBeDefined();
    expect(agentAnswer(token, "3a609a2e-947f-4e6a-9af9-32c024ac3945", challenge)).toBeUndefined();
    expect(agentAnswer(randomBytes(16), one.in.agentid, challenge)).toBeUndefined();
  });

  it("of the vectors' challenges for others is not the agent's", () => {
    const { other_agentid_same_token, wrong_token } = vectors.negative;
    for (const challenge of [other_agentid_same_token, wrong_token])
      expect(agentAnswer(parts.token, one.in.agentid, challenge)).toBeUndefined();
  });

  it("is asked of no agent without an id", () => {
    expect(() => serverChallenge({ ...parts, of: "me" })).toThrow(TypeError);
  });
});

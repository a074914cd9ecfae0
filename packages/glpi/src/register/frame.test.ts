import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { raw, vectors } from "./agent.test.helper.js";
import { associated, directionKey, type Framed, openFrame, sealFrame } from "./frame.js";

const secret = raw(vectors.vectors[0]?.in.communicationKey ?? "");
const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const about: Framed = { keyId: AGENT, agentId: AGENT, requestId: "ABCD1234", contentType: "application/json" };
const key = directionKey(secret, AGENT, "request");

describe.each([
  ["request", about],
  ["response", { ...about, status: 200 }],
] as const)("the vector of a %s", (direction, framed) => {
  const { derivedKey, aad, frameHex, body } = vectors.proposed_frame[direction];
  const frame = Buffer.from(frameHex, "hex");

  it("derives its key", () => {
    expect(directionKey(secret, AGENT, direction).toString("hex")).toBe(derivedKey);
  });
  it("is bound to its headers", () => {
    expect(associated(direction, framed).toString()).toBe(aad);
  });
  it("opens", () => {
    expect(openFrame(Buffer.from(derivedKey, "hex"), direction, framed, frame)?.toString()).toBe(body);
  });
  it("is sealed", () => {
    const nonce = frame.subarray(4, 16);
    const sealed = sealFrame(Buffer.from(derivedKey, "hex"), direction, framed, Buffer.from(body), nonce);
    expect(sealed.toString("hex")).toBe(frameHex);
  });
});

describe("a frame", () => {
  const body = Buffer.from('{"action":"contact"}');
  const frame = sealFrame(key, "request", about, body);

  it("has another nonce each time", () => {
    const again = sealFrame(key, "request", about, body);
    expect(again.equals(frame)).toBe(false);
    expect(openFrame(key, "request", about, again)).toEqual(body);
  });

  it("may hold nothing", () => {
    expect(openFrame(key, "request", about, sealFrame(key, "request", about, Buffer.alloc(0)))).toHaveLength(0);
  });

  it.each([
    ["another key's id", { keyId: "c3447aa4-e519-11f1-9f32-aaea530464d7" }],
    ["another agent", { agentId: "c3447aa4-e519-11f1-9f32-aaea530464d7" }],
    ["another number", { requestId: "ABCD1235" }],
    ["no number", { requestId: "" }],
    ["another content type", { contentType: "application/x-compress-zlib" }],
    ["a status", { status: 200 }],
  ])("does not open beside %s", (_, other) => {
    expect(openFrame(key, "request", { ...about, ...other }, frame)).toBeUndefined();
  });

  it("does not open as an answer, nor with an answer's key", () => {
    expect(openFrame(key, "response", about, frame)).toBeUndefined();
    expect(openFrame(directionKey(secret, AGENT, "response"), "request", about, frame)).toBeUndefined();
    expect(openFrame(randomBytes(16), "request", about, frame)).toBeUndefined();
  });

  it("does not open when any bit of it was changed, or any of it is missing", () => {
    for (let at = 0; at < frame.length; at++) {
      const garbled = Buffer.from(frame);
      garbled[at] = (garbled[at] ?? 0) ^ 0x80;
      expect(openFrame(key, "request", about, garbled), `byte ${at}`).toBeUndefined();
      expect(openFrame(key, "request", about, frame.subarray(0, at)), `${at} bytes`).toBeUndefined();
    }
    expect(openFrame(key, "request", about, Buffer.concat([frame, Buffer.alloc(1)]))).toBeUndefined();
    expect(openFrame(key, "request", about, body)).toBeUndefined();
  });
});

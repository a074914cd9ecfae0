import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loginOfToken, makeAccessToken, TOKEN_SECONDS } from "./access-token.js";

const key = Buffer.alloc(32, 7);
const now = new Date("2026-11-22T10:00:00Z");
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe("an access token", () => {
  it("says whose it is, to who has its key, until its end", () => {
    for (const id of ["7", "10309356-e51b-11f1-9f32-aaea530464d7", "ä/.+"]) {
      const token = makeAccessToken(key, id, now);
      expect(loginOfToken(key, token, now)).toBe(id);
      expect(loginOfToken(key, token, after(TOKEN_SECONDS - 1))).toBe(id);
      expect(token).toMatch(/^[\w.-]{20,600}$/);
    }
  });

  it("ends after an hour", () => {
    const token = makeAccessToken(key, "7", now);
    for (const seconds of [TOKEN_SECONDS, TOKEN_SECONDS * 10])
      expect(() => loginOfToken(key, token, after(seconds))).toThrow(
        expect.objectContaining({ code: "unauthenticated" }),
      );
  });

  it("of another key says nothing", () => {
    expect(loginOfToken(randomBytes(32), makeAccessToken(key, "7", now), now)).toBeUndefined();
  });

  it("says nothing when any character of it is another", () => {
    const token = makeAccessToken(key, "web01", now);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "B" ? "C" : "B";
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      // The last one of a signature has two bits that mean nothing.
      if (at < token.length - 1) expect(loginOfToken(key, changed, now), changed).toBeUndefined();
    }
  });

  it("cannot be made longer by who has one", () => {
    const [form, id, , signature] = makeAccessToken(key, "7", now).split(".");
    expect(loginOfToken(key, `${form}.${id}.99999999999.${signature}`, now)).toBeUndefined();
    const unsigned = `gat1.${Buffer.from("7").toString("base64url")}.99999999999`;
    const other = createHmac("sha256", Buffer.alloc(0)).update(unsigned).digest("base64url");
    expect(loginOfToken(key, `${unsigned}.${other}`, now)).toBeUndefined();
  });

  it.each(["", ".", "gat1...", "gat1.a.1.", `gat1.${"a".repeat(201)}.1.${"a".repeat(43)}`, "eyJhbGciOiJub25lIn0.e30."])(
    "is none: %.40s",
    (text) => {
      expect(loginOfToken(key, text, now)).toBeUndefined();
    },
  );
});

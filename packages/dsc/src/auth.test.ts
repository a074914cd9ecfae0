import { describe, expect, it } from "vitest";
import { checkRegistrationKey, verifyRegistration } from "./auth.js";

const KEY = { id: "1", name: "primary", secret: "140a952b-b9d6-406b-b416-e0f759c9c0e4" };
const DATE = "2024-01-02T03:04:05.6789012Z";
const BODY = Buffer.from(
  '{"AgentInformation":{"LCMVersion":"2.0","NodeName":"n1","IPAddress":"127.0.0.1"},"ConfigurationNames":["Web"],"RegistrationInformation":{"CertificateInformation":{"FriendlyName":"f","Issuer":"CN=i","NotAfter":"2030-01-01T00:00:00.0000000+00:00","NotBefore":"2020-01-01T00:00:00.0000000+00:00","Subject":"CN=s","PublicKey":"cGs=","Thumbprint":"00112233445566778899AABBCCDDEEFF00112233","Version":3},"RegistrationMessageType":"ConfigurationRepository"}}',
);
const AUTHORIZATION = "Shared MmgGrH0azN2mFncC17Cl9TQd1seP8SrkJ7jh0sdd/8E=";
const now = new Date("2024-01-02T03:04:35Z");

const verify = (headers: Record<string, string>, skew = 0, keys = [KEY]) =>
  verifyRegistration({ headers, body: BODY }, keys, now, skew);
const signed = { authorization: AUTHORIZATION, "x-ms-date": DATE };
const rule = (text: string) =>
  expect.objectContaining({ code: "unauthenticated", detail: expect.stringContaining(text) });

describe("verifyRegistration", () => {
  it("finds the key that signed among several", () => {
    const others = [
      { id: "0", name: "old", secret: "x".repeat(20) },
      { id: "2", name: "new", secret: "y".repeat(20) },
    ];
    expect(verify(signed, 0, [...others, KEY])).toBe(KEY);
  });

  it("knows the scheme in any letter case", () => {
    expect(verify({ ...signed, authorization: AUTHORIZATION.replace("Shared", "SHARED") })).toBe(KEY);
  });

  it("takes any date while no window is set, and holds a window on both sides", () => {
    expect(verify(signed, 30)).toBe(KEY);
    expect(() => verify(signed, 29)).toThrow(rule("off by 29 s"));
    expect(() =>
      verifyRegistration({ headers: signed, body: BODY }, [KEY], new Date("2024-01-02T03:03:00Z"), 60),
    ).toThrow(rule("more than 60 s"));
    expect(() => verify({ ...signed, "x-ms-date": "yesterday" }, 60)).toThrow(rule("x-ms-date"));
  });

  it.each([
    ["no Authorization", { "x-ms-date": DATE }, "no Authorization"],
    ["another scheme", { ...signed, authorization: "Basic eHg6eXk=" }, "not Shared"],
    ["a signature that is too short", { ...signed, authorization: "Shared AAAA" }, "not Shared"],
    ["no date", { authorization: AUTHORIZATION }, "no x-ms-date"],
    ["another date", { ...signed, "x-ms-date": "2024-01-02T03:04:05.6789013Z" }, "matches no active key"],
  ])("refuses %s, and says by which rule", (_, headers, text) => {
    expect(() => verify(headers)).toThrow(rule(text));
  });

  it("says when there is no key at all", () => {
    expect(() => verify(signed, 0, [])).toThrow(rule("there is no active key"));
  });
});

describe("checkRegistrationKey", () => {
  it("warns of what DSC for Linux cannot use", () => {
    expect(checkRegistrationKey("140a952b-b9d6-406b-b416-e0f759c9c0e4")).toEqual([]);
    expect(checkRegistrationKey("with spaces & quotes'")).toHaveLength(1);
  });

  it.each(["short", "x".repeat(257), "line\nbreak and more text", " blank around it   "])("refuses %j", (key) => {
    expect(() => checkRegistrationKey(key)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });
});

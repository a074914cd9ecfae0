import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canBeLogin, credentialsIn } from "./credentials.js";

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

describe("Authorization", () => {
  it.each([
    [`Basic ${base64("web01:secret")}`, { scheme: "basic", name: "web01", secret: "secret" }],
    [`basic   ${base64("web01:secret")} `, { scheme: "basic", name: "web01", secret: "secret" }],
    [`BASIC ${base64("a:b:c")}`, { scheme: "basic", name: "a", secret: "b:c" }],
    [`Basic ${base64(":")}`, { scheme: "basic", name: "", secret: "" }],
    // RFC 7617, section 2.1.
    ["Basic dGVzdDoxMjPCow==", { scheme: "basic", name: "test", secret: "123£" }],
    // Without its padding, as some write it.
    ["Basic dGVzdDoxMjPCow", { scheme: "basic", name: "test", secret: "123£" }],
    ["Bearer gat1.x", { scheme: "bearer", token: "gat1.x" }],
    ["bearer gat1.x", { scheme: "bearer", token: "gat1.x" }],
  ])("%s", (header, shown) => {
    expect(credentialsIn(header)).toEqual(shown);
  });

  it.each([
    "",
    "Basic",
    "Basic ",
    "Bearer",
    `Basic${base64("a:b")}`,
    `Basic ${base64("no colon")}`,
    `Basic ${base64(Buffer.from([0x61, 0x3a, 0xff]))}`,
    "Basic a:b",
    "Basic a-b_",
    "Basic ====",
    `Basic ${base64("a:b")} ${base64("a:b")}`,
    `Basic ${base64("a:b")}, Basic ${base64("c:d")}`,
    `Negotiate ${base64("a:b")}`,
    'Digest username="a"',
    base64("a:b"),
    `Basic ${base64(`a:${"x".repeat(4096)}`)}`,
    `Bearer ${"x".repeat(4096)}`,
    "Bearer a b",
  ])("says nothing: %.60s", (header) => {
    expect(credentialsIn(header)).toBeUndefined();
  });

  it("is read back as it was written, whatever stands in it", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 100 });
    fc.assert(
      fc.property(text, text, (name, secret) => {
        fc.pre(!name.includes(":"));
        const shown = credentialsIn(`Basic ${base64(`${name}:${secret}`)}`);
        // A byte order mark at its beginning is none of the name's.
        expect(shown).toEqual({ scheme: "basic", name: name.replace(/^\ufeff/, ""), secret });
      }),
    );
  });
});

describe("a login", () => {
  it.each([
    ["web01", "long enough", true],
    ["web01", "short", false],
    ["", "long enough", false],
    ["web\u000001", "long enough", false],
    ["web01", "long\nenough", false],
    ["web01\ud800", "long enough", false],
    ["x".repeat(101), "long enough", false],
    ["web01", "x".repeat(1025), false],
  ])("of the name %j and the secret %j can be: %s", (name, secret, can) => {
    expect(canBeLogin(name, secret)).toBe(can);
  });
});

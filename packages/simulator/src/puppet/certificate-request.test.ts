import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ATTRIBUTE, certificateRequest } from "./certificate-request.js";
import { FakeAuthority } from "./fake-authority.test.helper.js";

describe("a request for a certificate", () => {
  it.each([
    ["EC", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["RSA", () => generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ] as const)("is read by another library, which verifies its signature: %s", async (_, keys) => {
    const pair = keys();
    const authority = await FakeAuthority.make();
    const token = "t".repeat(200);
    const csr = await certificateRequest("web01.example.org", pair, {
      [ATTRIBUTE.challengePassword]: token.slice(0, 100),
      [ATTRIBUTE.autoRenew]: "true",
    });
    const { pem, name, attributes } = await authority.sign(csr);
    expect(name).toBe("web01.example.org");
    expect(attributes).toEqual({
      "1.2.840.113549.1.9.7": token.slice(0, 100),
      "1.3.6.1.4.1.34380.1.3.2": "true",
    });
    const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
    expect(key.equals(createPublicKey(pair.privateKey).export({ type: "spki", format: "der" }))).toBe(true);
  });

  it("has no attributes unless told", async () => {
    const csr = await certificateRequest("a", generateKeyPairSync("ec", { namedCurve: "P-256" }));
    expect((await (await FakeAuthority.make()).sign(csr)).attributes).toEqual({});
  });

  it("of another key is refused by who verifies it", async () => {
    const [one, other] = [1, 2].map(() => generateKeyPairSync("ec", { namedCurve: "P-256" }));
    if (one === undefined || other === undefined) throw new Error("no keys");
    const csr = await certificateRequest("a", { publicKey: one.publicKey, privateKey: other.privateKey });
    await expect((await FakeAuthority.make()).sign(csr)).rejects.toThrow("own key");
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";
import type { AuthorityFacts } from "../index.js";

const facts: AuthorityFacts = {
  origin: "made",
  createdAt: AT,
  certificates: [{ name: "Puppet CA: gate", fingerprint: "AB:CD", notBefore: AT, notAfter: AT }],
  crls: [{ issuer: "Puppet CA: gate", number: 2n ** 64n, thisUpdate: AT, nextUpdate: AT, revoked: 3 }],
  bootstrap: { server: "gate.example.org", port: 8140 },
};

const house = () =>
  serveApi({
    authorityFacts: async () => facts,
    authority: {
      caBundle: async () => ({ pem: "the bundle\n", modifiedAt: AT }),
      crlBundle: async () => ({ pem: "the lists\n", modifiedAt: AT }),
    },
  });

describe("the authority", () => {
  it("is told of, with the digest of exactly what agents download", async () => {
    const { call } = await house();
    const { json } = await call("viewer", "GET", "/authority");
    expect(json).toMatchObject({
      origin: "made",
      bundleSha256: createHash("sha256").update("the bundle\n").digest("hex"),
      certificates: [{ name: "Puppet CA: gate", fingerprint: "AB:CD" }],
      crls: [{ number: "18446744073709551616", revoked: 3 }],
      bootstrap: facts.bootstrap,
    });
  });

  it.each([
    ["ca", "the bundle\n"],
    ["crl", "the lists\n"],
  ])("hands out %s.pem as a text of its own type", async (name, text) => {
    const { call } = await house();
    const answer = await call("viewer", "GET", `/authority/${name}.pem`);
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers).toMatchObject({
      "content-type": "application/x-pem-file",
      "x-content-type-options": "nosniff",
    });
    expect((await call(undefined, "GET", `/authority/${name}.pem`)).status).toBe(401);
    expect((await call("viewer", "GET", `/authority/${name}xpem`)).status).toBe(404);
  });
});

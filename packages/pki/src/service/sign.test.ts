import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { attribute, csr, dns, keys, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid } from "../oids.js";
import { failure, issued, NAME, started, submit, verify } from "./world.test.helper.js";

const YEAR = 365 * 86_400;
const lifeOf = (pem: string) => {
  const [certificate] = readCertificates(pem);
  return ((certificate?.notAfter.getTime() ?? 0) - (certificate?.notBefore.getTime() ?? 0)) / 1000 - 86_400;
};
const renewing = { attributes: [attribute(Oid.autoRenew, utf8("true"))] };

describe("signing by an operator", () => {
  it("gives the certificate, which OpenSSL verifies, and takes the request away", async () => {
    const at = await started();
    const pem = await issued(at);
    expect(await verify(at, pem)).toBe("c: OK");
    expect(await at.puppet.request(NAME)).toBeUndefined();
    expect(await at.puppet.status(NAME)).toMatchObject({
      state: "signed",
      certificate: { issuedBy: "admin", state: "issued" },
    });
    expect(lifeOf(pem)).toBe(5 * YEAR);
  });

  it("needs a request", async () => {
    const at = await started();
    expect(await failure(at.puppet.sign(NAME, { by: "admin" }))).toBe("not-found: Invalid certificate subject.");
    await issued(at);
    expect(await failure(at.puppet.sign(NAME, { by: "admin" }))).toBe("not-found: Invalid certificate subject.");
  });

  it.each([
    [
      { extensions: [dns("alias"), puppetExtension("1.3.6.1.4.1.34380.1.3.1", "x")], signer: keys("rsa 2048 other") },
      /extra subject alternative names \(DNS:alias\)/,
    ],
    [
      { extensions: [puppetExtension("1.3.6.1.4.1.34380.1.3.1", "x"), puppetExtension("1.2.3", "x")] },
      /authorization extension/,
    ],
    [
      { extensions: [puppetExtension("1.2.3", "x")], signer: keys("rsa 2048 other") },
      /Found extensions that are not permitted: 1\.2\.3/,
    ],
    [{ signer: keys("rsa 2048 other") }, /CSR contains a public key that does not correspond/],
  ])("is a conflict where the policy forbids it, and the request stays", async (parts, says) => {
    const at = await started();
    // An import may bring what is not taken from an agent.
    await submit(at);
    const request = await at.store.request({ name: NAME, profile: "puppet" });
    if (request === undefined) expect.fail("no request");
    await at.store.deleteRequest(request);
    await at.store.addRequest({ ...request, pem: csr({ names: [NAME], ...parts }) }, 9);
    const said = await failure(at.puppet.sign(NAME, { by: "admin" }));
    expect(said).toMatch(/^conflict: /);
    expect(said).toMatch(says);
    expect(await at.puppet.status(NAME)).toMatchObject({
      state: "requested",
      request: { note: said.replace("conflict: ", "") },
    });
  });

  it("is a conflict where the name has a certificate already, as it may after an import", async () => {
    const at = await started();
    await submit(at);
    const request = await at.store.request({ name: NAME, profile: "puppet" });
    await at.puppet.sign(NAME, { by: "admin" });
    if (request !== undefined) await at.store.addRequest(request, 9);
    expect(await failure(at.puppet.sign(NAME, { by: "admin" }))).toMatch(
      /^conflict: .* already has a signed certificate/,
    );
    await at.puppet.revoke(NAME, "admin");
    expect(await failure(at.puppet.sign(NAME, { by: "admin" }))).toMatch(
      /^conflict: .* already has a revoked certificate/,
    );
    expect(await at.store.all()).toHaveLength(1);
  });

  it.each([60, 1])("takes a lifetime of %s s", async (ttlSeconds) => {
    const at = await started();
    await submit(at);
    await at.puppet.sign(NAME, { by: "admin", ttlSeconds });
    expect(lifeOf((await at.puppet.certificate(NAME)) ?? "")).toBe(ttlSeconds);
  });

  it("takes no lifetime beyond the authority's own", async () => {
    const at = await started();
    await submit(at);
    await at.puppet.sign(NAME, { by: "admin", ttlSeconds: 20 * YEAR });
    const [signing, certificate] = [(await at.authority.caBundle()).pem, (await at.puppet.certificate(NAME)) ?? ""].map(
      (pem) => readCertificates(pem)[0],
    );
    expect(certificate?.notAfter).toEqual(signing?.notAfter);
  });

  it.each([0, -1, 1.5, Number.NaN])("takes no lifetime of %s s", async (ttlSeconds) => {
    const at = await started();
    await submit(at);
    expect(await failure(at.puppet.sign(NAME, { by: "admin", ttlSeconds }))).toMatch(/^request-malformed/);
  });

  it("gives agents that renew by themselves a short life, where renewal is on", async () => {
    const off = await started();
    expect(lifeOf(await issued(off, renewing))).toBe(5 * YEAR);
    const on = await started({ settings: { autoRenewal: true } });
    expect(lifeOf(await issued(on, renewing))).toBe(90 * 86_400);
    expect(lifeOf(await issued(on, { name: "web02" }))).toBe(5 * YEAR);
    expect(lifeOf(await issued(on, { name: "web03", attributes: [attribute(Oid.autoRenew, utf8("false"))] }))).toBe(
      5 * YEAR,
    );
  });

  it("of two at once signs one", async () => {
    const at = await started();
    await submit(at);
    const both = await Promise.allSettled([1, 2].map(() => at.puppet.sign(NAME, { by: "admin" })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await at.store.all()).filter(({ state }) => state === "issued")).toHaveLength(1);
  });
});

describe("serials", () => {
  it("are upper-case hex of four digits, and none is used twice", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    await Promise.all(Array.from({ length: 20 }, (_, index) => submit(at, { name: `web${index}` })));
    const pems = await Promise.all(Array.from({ length: 20 }, (_, index) => at.puppet.certificate(`web${index}`)));
    const serials = pems.map((pem) => readCertificates(pem ?? "")[0]?.serial);
    expect(new Set(serials).size).toBe(20);
    expect((await at.store.all()).map(({ serial }) => serial)).toContain("0014");
  });
});

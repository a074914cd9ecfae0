import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCertificates } from "./certificate.js";
import { readCrls } from "./crl/read.js";
import { type MakeOptions, makeAuthority } from "./make.js";
import { openssl, withoutOctets } from "./openssl.test.helper.js";
import { loadAuthority } from "./service/loaded.js";
import { signHere } from "./signing/sign.js";

const DAY_MS = 86_400_000;
const now = new Date("2026-11-20T19:34:01Z");
const make = (said: Partial<MakeOptions> = {}) =>
  makeAuthority(
    {
      name: "Puppet CA: gate.example.org",
      now,
      lifetimeMs: 15 * 365 * DAY_MS,
      crlLifetimeMs: 5 * 365 * DAY_MS,
      keyBits: 2048,
      ...said,
    },
    signHere,
  );

const caText = (serial: number, issuer: string, subject: string, bits: number) => `Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number: ${serial} (0x${serial})
        Signature Algorithm: sha256WithRSAEncryption
        Issuer: CN = ${issuer}
        Validity
            Not Before: Nov 19 19:34:01 2026 GMT
            Not After : Nov 16 19:34:01 2041 GMT
        Subject: CN = ${subject}
        Subject Public Key Info:
            Public Key Algorithm: rsaEncryption
                Public-Key: (${bits} bit)
                Modulus:
                Exponent: 65537 (0x10001)
        X509v3 extensions:
            X509v3 Basic Constraints: critical
                CA:TRUE
            X509v3 Key Usage: critical
                Certificate Sign, CRL Sign
            X509v3 Subject Key Identifier: 
                ID
            Netscape Comment: 
                Puppet Server Internal Certificate
            X509v3 Authority Key Identifier: 
                ID
    Signature Algorithm: sha256WithRSAEncryption
    Signature Value:
`;

const shownAs = (pem: string) =>
  withoutOctets(
    openssl(["x509", "-in", "c", "-noout", "-text"], { c: pem }).text.replace(
      /( {16})(?:keyid:)?([0-9A-F]{2}:){19}[0-9A-F]{2}/g,
      "$1ID",
    ),
  );

describe("a new authority", () => {
  it("is what `puppetserver ca setup` makes, with RSA 4096", async () => {
    const { authority, nextSerial } = await make({ keyBits: 4096 });
    const [signing, root, ...more] = readCertificates(authority.chain);
    if (signing === undefined || root === undefined) return expect.fail("no chain");
    expect([more, nextSerial, authority.origin]).toEqual([[], 1n, "made"]);
    expect(root.name).toMatch(/^Puppet Root CA: [0-9a-f]{14}$/);
    expect(shownAs(root.pem)).toBe(caText(1, root.name ?? "", root.name ?? "", 4096));
    expect(shownAs(signing.pem)).toBe(caText(2, root.name ?? "", "Puppet CA: gate.example.org", 4096));
    expect(new X509Certificate(signing.der).checkIssued(new X509Certificate(root.der))).toBe(true);
  });

  it("verifies, with a list of every CA in the chain", async () => {
    const { authority, crls } = await make();
    const [signing, root] = readCertificates(authority.chain);
    const lists = crls.map(({ pem }) => pem).join("");
    expect(crls.map(({ issuer, number }) => [issuer, number])).toEqual([
      ["signing", 0n],
      ["root", 0n],
    ]);
    const files = {
      "root.pem": root?.pem ?? "",
      "signing.pem": signing?.pem ?? "",
      "chain.pem": authority.chain,
      "crl.pem": lists,
    };
    const at = ["-attime", `${now.getTime() / 1000}`];
    const verify = [
      "verify",
      "-x509_strict",
      "-crl_check_all",
      ...at,
      "-CAfile",
      "root.pem",
      "-CRLfile",
      "crl.pem",
      "signing.pem",
    ];
    expect(openssl(verify, files)).toEqual({ status: 0, text: "signing.pem: OK\n" });
    for (const { pem, thisUpdate, nextUpdate } of crls) {
      expect(openssl(["crl", "-in", "l", "-noout", "-CAfile", "chain.pem"], { ...files, l: pem }).text).toBe(
        "verify OK\n",
      );
      expect([thisUpdate, nextUpdate]).toEqual([now, new Date("2031-11-19T19:34:01Z")]);
    }
    expect(readCrls(lists).flatMap((list) => [...list.revoked()])).toEqual([]);
  });

  it("has keys that fit, and another root each time", async () => {
    const [one, other] = [await make(), await make()];
    for (const { authority } of [one, other]) {
      const [signing, root] = readCertificates(authority.chain);
      expect(new X509Certificate(signing?.der ?? "").checkPrivateKey(keyOf(authority.key))).toBe(true);
      expect(new X509Certificate(root?.der ?? "").checkPrivateKey(keyOf(authority.rootKey ?? ""))).toBe(true);
      expect(() => loadAuthority({ id: "1", createdAt: now, ...authority })).not.toThrow();
    }
    expect(readCertificates(one.authority.chain)[1]?.name).not.toBe(readCertificates(other.authority.chain)[1]?.name);
  });

  it("can be one self-signed CA, whose own serial is taken", async () => {
    const { authority, nextSerial, crls } = await make({ selfSigned: true });
    const [only, ...more] = readCertificates(authority.chain);
    expect([more, authority.rootKey, nextSerial, crls.map(({ issuer }) => issuer)]).toEqual([
      [],
      null,
      2n,
      ["signing"],
    ]);
    expect(shownAs(only?.pem ?? "")).toBe(
      caText(1, "Puppet CA: gate.example.org", "Puppet CA: gate.example.org", 2048),
    );
    expect(
      openssl(["verify", "-attime", `${now.getTime() / 1000}`, "-CAfile", "c", "c"], { c: authority.chain }).status,
    ).toBe(0);
  });
});

const keyOf = (pem: string) => {
  expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  return createPrivateKey(pem);
};

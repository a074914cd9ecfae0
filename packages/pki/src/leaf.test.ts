import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { AltName } from "./alt-names.js";
import { isIssuedBy, readCertificate, readCertificates } from "./certificate.js";
import { keys, spkiOf } from "./csr.test.helper.js";
import { type Issuer, issuerOf } from "./issuer.js";
import { type Leaf, leafTbs, profileOfCertificate, signedDer, validity } from "./leaf.js";
import { makeAuthority } from "./make.js";
import { openssl, withoutOctets } from "./openssl.test.helper.js";
import { extensionsOf, profileOf } from "./peer.js";
import { toPem } from "./pem.js";
import { signHere, signingKey } from "./signing/sign.js";
import { x509 } from "./x509.test.helper.js";

const YEAR_MS = 365 * 86_400_000;
const now = new Date("2026-11-20T19:47:43.500Z");
let chain: string;
let key: string;
let issuer: Issuer;

beforeAll(async () => {
  const options = {
    name: "Puppet CA: gate.example.org",
    now,
    lifetimeMs: 15 * YEAR_MS,
    crlLifetimeMs: YEAR_MS,
    keyBits: 2048,
  };
  const { authority } = await makeAuthority(options, signHere);
  chain = authority.chain;
  key = authority.key;
  issuer = issuerOf(readCertificate(new X509Certificate(chain).raw));
});

const aliases: AltName[] = [
  { kind: "DNS", value: "alias.example.org" },
  { kind: "IP", value: "192.0.2.7" },
  { kind: "IP", value: "2001:db8::1" },
];

async function leaf(said: Partial<Leaf> = {}): Promise<Uint8Array> {
  const body = leafTbs(
    {
      serial: 11n,
      name: "web01.example.org",
      profile: "puppet",
      spki: spkiOf(keys("rsa 2048")),
      altNames: [],
      extensions: [],
      ...validity(now, 5 * YEAR_MS, issuer),
      ...said,
    },
    issuer,
  );
  return signedDer(body, issuer, await signHere({ body, key: signingKey(key) }));
}

const dump = async (said: Partial<Leaf> = {}) => {
  const { text } = openssl(["x509", "-in", "c.pem", "-noout", "-text"], {
    "c.pem": toPem("CERTIFICATE", await leaf(said)),
  });
  return withoutOctets(text);
};

describe("a leaf certificate", () => {
  it("has the profile of puppetserver, as OpenSSL prints it", async () => {
    const extensions = [
      { oid: "1.3.6.1.4.1.34380.1.1.13", value: "web" },
      { oid: "1.3.6.1.4.1.34380.1.2.7", value: "ü" },
    ];
    const keyId = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase().match(/../g)?.join(":");
    const own = new x509.X509Certificate(await leaf()).getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
    const root = /CN=(Puppet Root CA: [0-9a-f]{14})/.exec(new X509Certificate(chain).issuer)?.[1];
    expect(await dump({ altNames: aliases, extensions })).toBe(`Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number: 11 (0xb)
        Signature Algorithm: sha256WithRSAEncryption
        Issuer: CN = Puppet CA: gate.example.org
        Validity
            Not Before: Nov 19 19:47:43 2026 GMT
            Not After : Nov 19 19:47:43 2031 GMT
        Subject: CN = web01.example.org
        Subject Public Key Info:
            Public Key Algorithm: rsaEncryption
                Public-Key: (2048 bit)
                Modulus:
                Exponent: 65537 (0x10001)
        X509v3 extensions:
            X509v3 Subject Alternative Name: 
                IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1, DNS:alias.example.org, DNS:web01.example.org
            Netscape Comment: 
                Puppet Server Internal Certificate
            X509v3 Authority Key Identifier: 
                keyid:${keyId(issuer.keyId)}
                DirName:/CN=${root}
                serial:02
            X509v3 Subject Key Identifier: 
                ${own?.toUpperCase().match(/../g)?.join(":")}
            1.3.6.1.4.1.34380.1.1.13: 
                ..web
            1.3.6.1.4.1.34380.1.2.7: 
                ....
            X509v3 Basic Constraints: critical
                CA:FALSE
            X509v3 Extended Key Usage: critical
                TLS Web Server Authentication, TLS Web Client Authentication
            X509v3 Key Usage: critical
                Digital Signature, Key Encipherment
    Signature Algorithm: sha256WithRSAEncryption
    Signature Value:
`);
  });

  it.each(["sslclient", "sslserver"])("verifies for OpenSSL as %s", async (purpose) => {
    const files = { "chain.pem": chain, "c.pem": toPem("CERTIFICATE", await leaf({ altNames: aliases })) };
    const at = `${Math.floor(now.getTime() / 1000)}`;
    const said = openssl(
      ["verify", "-x509_strict", "-attime", at, "-purpose", purpose, "-CAfile", "chain.pem", "c.pem"],
      files,
    );
    expect(said).toEqual({ status: 0, text: "c.pem: OK\n" });
  });

  it("has its own name once, and is found under each", async () => {
    const certificate = new X509Certificate(
      await leaf({ altNames: [...aliases, { kind: "DNS", value: "web01.example.org" }] }),
    );
    expect(certificate.subjectAltName?.match(/web01/g)).toHaveLength(1);
    for (const name of ["web01.example.org", "alias.example.org"]) expect(certificate.checkHost(name)).toBe(name);
    for (const address of ["192.0.2.7", "2001:db8::1"]) expect(certificate.checkIP(address)).toBe(address);
    expect([certificate.checkHost("other.example.org"), certificate.ca]).toEqual([undefined, false]);
  });

  it.each([1n, 0x7fn, 0x80n, 0xffffn, (1n << 159n) - 1n, 1n << 159n])("has the serial %s", async (serial) => {
    const certificate = new X509Certificate(await leaf({ serial }));
    expect(BigInt(`0x${certificate.serialNumber}`)).toBe(serial);
  });

  it.each(["rsa 2048", "ec prime256v1", "ec secp384r1", "ec secp521r1"])(
    "takes over the key as it is: %s",
    async (kind) => {
      const certificate = new X509Certificate(await leaf({ spki: spkiOf(keys(kind)) }));
      expect(certificate.checkPrivateKey(keys(kind).privateKey)).toBe(true);
    },
  );
});

describe("profiles", () => {
  const usages = async (profile: Leaf["profile"]) => {
    const certificate = new x509.X509Certificate(await leaf({ profile, altNames: aliases }));
    return certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages;
  };
  const server = "1.3.6.1.5.5.7.3.1";
  const client = "1.3.6.1.5.5.7.3.2";

  it("may be used for what they are for", async () => {
    expect(await usages("inventory")).toEqual([client]);
    expect(await usages("puppet")).toEqual([server, client]);
    expect(await usages("operator")).toEqual([server, client]);
    expect(await usages("server")).toEqual([server, client]);
    const files = { "chain.pem": chain, "c.pem": toPem("CERTIFICATE", await leaf({ profile: "inventory" })) };
    const verify = (purpose: string) =>
      openssl(["verify", "-purpose", purpose, "-CAfile", "chain.pem", "c.pem"], files).status;
    expect([verify("sslclient"), verify("sslserver")]).toEqual([0, 2]);
  });

  it.each(["puppet", "inventory", "operator", "server"] as const)("can be told afterwards: %s", async (profile) => {
    expect(profileOf(await leaf({ profile }))).toBe(profile);
    expect(extensionsOf(await leaf({ profile }))).toEqual(profile === "operator" ? { pp_cli_auth: "true" } : {});
  });

  it("makes an administrator by its template only, and once", async () => {
    const cliAuth = [{ oid: "1.3.6.1.4.1.34380.1.3.39", value: "false" }];
    expect(extensionsOf(await leaf({ profile: "operator", extensions: cliAuth }))).toEqual({ pp_cli_auth: "true" });
  });

  it("takes one with another comment, or none, for Puppet's", async () => {
    const certificate = readCertificate(await leaf({ profile: "operator" }));
    expect(profileOfCertificate({ ...certificate, extensions: [] })).toBe("puppet");
    expect(profileOfCertificate(readCertificate(new X509Certificate(chain).raw))).toBe("puppet");
  });

  it("gives the extensions of a peer their names", async () => {
    const extensions = [
      { oid: "1.3.6.1.4.1.34380.1.1.12", value: "staging" },
      { oid: "1.3.6.1.4.1.34380.1.2.9", value: "__proto__" },
    ];
    expect(extensionsOf(await leaf({ extensions }))).toEqual({
      pp_environment: "staging",
      "1.3.6.1.4.1.34380.1.2.9": "__proto__",
    });
  });
});

describe("validity", () => {
  const end = () => issuer.notAfter.getTime();

  it("begins a day ago and never outlives the issuer", () => {
    const { notBefore, notAfter } = validity(now, 60_000, issuer);
    expect([notBefore.toISOString(), notAfter.toISOString()]).toEqual([
      "2026-11-19T19:47:43.000Z",
      "2026-11-20T19:48:43.000Z",
    ]);
    expect(validity(now, 100 * YEAR_MS, issuer).notAfter).toEqual(issuer.notAfter);
    expect(validity(new Date(end() - 1), YEAR_MS, issuer).notAfter).toEqual(issuer.notAfter);
  });

  it("is none after the issuer's end", () => {
    expect(() => validity(new Date(end()), YEAR_MS, issuer)).toThrow("The authority's certificate has ended");
  });

  it("is written with four digits of the year from 2050 on", async () => {
    const after = new Date("2050-01-01T00:00:00Z");
    const text = await dump({ notAfter: after });
    expect(text).toContain("Not After : Jan  1 00:00:00 2050 GMT");
    expect(readCertificate(await leaf({ notAfter: after })).notAfter).toEqual(after);
  });
});

describe("an issuer", () => {
  it("is named by its own key identifier, however that was made", () => {
    const certificate = readCertificate(new X509Certificate(chain).raw);
    const keyId = Buffer.from("0102030405", "hex");
    expect(issuerOf({ ...certificate, keyId }).keyId).toEqual(keyId);
  });

  it("is one by name and key, not by one of both", async () => {
    const [signing, root] = readCertificates(chain);
    if (signing === undefined || root === undefined) return expect.fail("no chain");
    const issued = readCertificate(await leaf());
    expect(isIssuedBy(issued, signing)).toBe(true);
    expect(isIssuedBy(issued, { ...signing, subject: root.subject })).toBe(false);
    expect(isIssuedBy(issued, { ...signing, spki: root.spki })).toBe(false);
  });

  it("without a key identifier is named by its key", () => {
    const certificate = readCertificate(new X509Certificate(chain).raw);
    expect(Buffer.from(issuerOf({ ...certificate, keyId: undefined }).keyId)).toEqual(Buffer.from(issuer.keyId));
  });

  it.each(["Ed25519", "EC secp256k1", "RSA-PSS"])("cannot have a key of another kind: %s", (label) => {
    const certificate = readCertificate(new X509Certificate(chain).raw);
    expect(() => issuerOf({ ...certificate, publicKey: { type: "other", bits: 256, label } })).toThrow(label);
  });
});

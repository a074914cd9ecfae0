import { createPublicKey } from "node:crypto";
import { csr, dns, extension, ia5, implicit, keys, pem, puppetExtension, rawAltNames } from "./csr.test.helper.js";
import { bits, boolean, explicit, nothing, oid, sequence, utf8 } from "./der/write.js";
import { Oid } from "./oids.js";
import {
  aliases,
  der,
  ecSpki,
  NAME,
  P256,
  type RefusedRequest,
  rsaSpki,
  texts,
} from "./sample-requests.test.helper.js";

const changed = (change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(der);
  change(bytes);
  return pem(bytes);
};
const basic = (ca: boolean) => extension(Oid.basicConstraints, sequence(boolean(ca)), true);
const p256 = () => createPublicKey(keys("ec prime256v1").publicKey.export({ type: "spki", format: "pem" }).toString());

/** What can be read and must not be signed, with every setting as wide open as it gets. */
export const forbidden: readonly RefusedRequest[] = [
  {
    what: "CA:TRUE",
    body: csr({ extensions: [basic(true)] }),
    says: "Found extensions that are not permitted: 2.5.29.19",
  },
  {
    what: "CA:FALSE, which is not theirs to say",
    body: csr({ extensions: [basic(false)] }),
    says: "Found extensions that are not permitted: 2.5.29.19",
  },
  {
    what: "keyCertSign",
    body: csr({ extensions: [extension(Oid.keyUsage, bits(Buffer.of(0x06), 1), true)] }),
    says: "Found extensions that are not permitted: 2.5.29.15",
  },
  {
    what: "code signing",
    body: csr({ extensions: [extension(Oid.extendedKeyUsage, sequence(oid("1.3.6.1.5.5.7.3.3")))] }),
    says: "Found extensions that are not permitted: 2.5.29.37",
  },
  {
    what: "two foreign extensions",
    body: csr({ extensions: [puppetExtension("1.9.9.9.9.9.0", "a"), puppetExtension("1.9.9.9.9.9.1", "b")] }),
    says: "Found extensions that are not permitted: 1.9.9.9.9.9.0, 1.9.9.9.9.9.1",
  },
  {
    what: "twelve foreign extensions",
    body: csr({ extensions: Array.from({ length: 12 }, (_, index) => puppetExtension(`1.9.${index}`, "a")) }),
    says: "Found extensions that are not permitted: 1.9.0, 1.9.1, 1.9.2, 1.9.3, 1.9.4, 1.9.5, 1.9.6, 1.9.7, 1.9.8, 1.9.9 and 2 more",
  },
  {
    what: "101 alternative names",
    body: csr({ extensions: [aliases(101)] }),
    says: "The request asks for 101 alternative names, at most 100 are taken.",
  },
  {
    what: "51 of Puppet's extensions",
    body: csr({ extensions: texts(51) }),
    says: "The request asks for 51 Puppet extensions, at most 50 are taken.",
  },
  {
    what: "a value of 1,025 characters",
    body: csr({ extensions: texts(1, "ü".repeat(1025)) }),
    says: "The value of the extension 1.3.6.1.4.1.34380.1.2.1 is too long: 1025 characters, at most 1024 are taken.",
  },
  ...["\u0001", "\n", "\u001b[2J", "\u001f", "\u007f", "\u0080", "\u009f"].map((control) => ({
    what: `a value with the control character ${JSON.stringify(control)}`,
    body: csr({ extensions: texts(1, `a${control}b`) }),
    says: "The value of the extension 1.3.6.1.4.1.34380.1.2.1 holds control characters.",
  })),
  {
    what: "a Netscape comment, which tells profiles apart",
    body: csr({ extensions: [extension(Oid.netscapeComment, ia5("Gatehouse Operator Certificate"))] }),
    says: "Found extensions that are not permitted: 2.16.840.1.113730.1.13",
  },
  {
    what: "an authority key identifier",
    body: csr({ extensions: [extension(Oid.authorityKeyId, sequence(implicit(0, Buffer.alloc(20))))] }),
    says: "Found extensions that are not permitted: 2.5.29.35",
  },
  {
    what: "name constraints",
    body: csr({ extensions: [extension("2.5.29.30", sequence())] }),
    says: "Found extensions that are not permitted: 2.5.29.30",
  },
  {
    what: "pp_cli_auth",
    body: csr({ extensions: [puppetExtension(Oid.cliAuth, "true")] }),
    says: "Found extensions that are not permitted: 1.3.6.1.4.1.34380.1.3.39",
  },
  {
    what: "the arc of Puppet's extensions itself",
    body: csr({ extensions: [puppetExtension("1.3.6.1.4.1.34380.1.1", "x")] }),
    says: "Found extensions that are not permitted: 1.3.6.1.4.1.34380.1.1",
  },
  {
    what: "a neighbour of Puppet's arc",
    body: csr({ extensions: [puppetExtension("1.3.6.1.4.1.34380.1.10.1", "x")] }),
    says: "Found extensions that are not permitted: 1.3.6.1.4.1.34380.1.10.1",
  },
  {
    what: "a wildcard",
    body: csr({ extensions: [dns(NAME, "*.example.org")] }),
    says: "Cert subjectAltName contains a wildcard, which is not allowed: *.example.org",
  },
  {
    what: "a wildcard inside",
    body: csr({ extensions: [dns("w*b.example.org")] }),
    says: "Cert subjectAltName contains a wildcard, which is not allowed: w*b.example.org",
  },
  {
    what: "a DNS name with a slash",
    body: csr({ extensions: [dns("../../etc")] }),
    says: "Cert subjectAltName is not a DNS name: ../../etc",
  },
  {
    what: "a mail address",
    body: csr({ extensions: [rawAltNames([0x81, "root@example.org"])] }),
    says: "Only DNS and IP names are allowed in the Subject Alternative Names extension",
  },
  {
    what: "a URI",
    body: csr({ extensions: [rawAltNames([0x86, "spiffe://x/y"])] }),
    says: "Only DNS and IP names are allowed in the Subject Alternative Names extension",
  },
  {
    what: "a directory name",
    body: csr({ extensions: [extension(Oid.subjectAltName, sequence(explicit(4, sequence())))] }),
    says: "Only DNS and IP names are allowed in the Subject Alternative Names extension",
  },
  {
    what: "another kind of name",
    body: csr({
      extensions: [
        extension(
          Oid.subjectAltName,
          sequence(explicit(0, oid("1.3.6.1.4.1.311.20.2.3"), explicit(0, utf8("root@x")))),
        ),
      ],
    }),
    says: "Only DNS and IP names are allowed in the Subject Alternative Names extension",
  },
  {
    what: "RSA 512",
    body: csr({ keys: keys("rsa 512") }),
    says: "The key is too weak: RSA 512, at least RSA 2048 is needed.",
  },
  {
    what: "RSA 1024",
    body: csr({ keys: keys("rsa 1024") }),
    says: "The key is too weak: RSA 1024, at least RSA 2048 is needed.",
  },
  {
    what: "RSA 2047",
    body: csr({ spki: rsaSpki((1n << 2046n) + 1n, 65_537n) }),
    says: "The key is too weak: RSA 2047, at least RSA 2048 is needed.",
  },
  {
    what: "RSA 8193",
    body: csr({ spki: rsaSpki((1n << 8192n) + 1n, 65_537n) }),
    says: "The key is too long: RSA 8193, at most RSA 8192 is taken.",
  },
  {
    what: "a curve of Bitcoin's",
    body: csr({ keys: keys("ec secp256k1") }),
    says: "Keys of this kind are not signed: EC secp256k1.",
  },
  { what: "P-224", body: csr({ keys: keys("ec secp224r1") }), says: "Keys of this kind are not signed: EC P-224." },
  { what: "Ed25519", body: csr({ keys: keys("ed25519") }), says: "Keys of this kind are not signed: Ed25519." },
  {
    what: "SHA-1 over RSA",
    body: csr({ hash: "sha1" }),
    says: "The request is signed with a broken digest: sha1WithRSAEncryption.",
  },
  {
    what: "MD5",
    body: csr({ hash: "md5" }),
    says: "The request is signed with a broken digest: md5WithRSAEncryption.",
  },
  {
    what: "SHA-1 over EC",
    body: csr({ keys: keys("ec prime256v1"), hash: "sha1" }),
    says: "The request is signed with a broken digest: ecdsa-with-SHA1.",
  },
  {
    what: "an unknown signature",
    body: csr({ algorithm: sequence(oid("1.2.3.4")) }),
    says: "The request is signed in a way that is not known: 1.2.3.4.",
  },
  {
    what: "a signature by another key",
    body: csr({ signer: keys("rsa 2048 other") }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "a signature by a key of another kind",
    body: csr({ keys: keys("ec prime256v1"), signer: keys("rsa 2048") }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "a broken signature",
    body: changed((bytes) => bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "a digest that is not the one used",
    body: csr({ algorithm: sequence(oid("1.2.840.113549.1.1.13"), nothing()) }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "an algorithm of another kind of key",
    body: csr({ algorithm: sequence(oid("1.2.840.10045.4.3.2")) }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "a point off its curve",
    body: csr({
      spki: ecSpki(P256, Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])),
      signer: keys("ec prime256v1"),
    }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
  {
    what: "somebody else's key under one's own signature",
    body: csr({ spki: p256().export({ type: "spki", format: "der" }), signer: keys("ec prime256v1 other") }),
    says: "CSR contains a public key that does not correspond to the signing key",
  },
];

/** Names that no host may have; the request is fine otherwise. */
export const badNames: readonly (readonly [name: string, says: string])[] = [
  ["Web01.example.org", "Certificate names must be lower case."],
  ["foo*bar", "Subject contains a wildcard, which is not allowed: foo*bar"],
  ["*", "Subject contains a wildcard, which is not allowed: *"],
  ["super/bad", "Subject hostname format is invalid"],
  ["not\neven\tkind\rof", "Subject hostname format is invalid"],
  ["hidden\b\b\b\b\b\bmessage", "Subject hostname format is invalid"],
  ["../ca_key", "Subject hostname format is invalid"],
  ["web 01", "Subject hostname format is invalid"],
  ["wéb01", "Subject hostname format is invalid"],
  ["-web01", "Subject hostname format is invalid"],
  ["web01-", "Subject hostname format is invalid"],
  ["web01-.example.org", "Subject hostname format is invalid"],
  [".example.org", "Subject hostname format is invalid"],
  ["web01..example.org", "Subject hostname format is invalid"],
  ["web01.example.org.", "Subject hostname format is invalid"],
  ["a".repeat(254), "Subject hostname format is invalid"],
  ["ca", 'The name "ca" stands for the authority itself.'],
  ["раypal.example.org", "Subject hostname format is invalid"],
];

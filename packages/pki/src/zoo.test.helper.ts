import { createPublicKey } from "node:crypto";
import {
  attribute,
  cn,
  csr,
  csrDer,
  dns,
  extension,
  extensionRequest,
  ia5,
  implicit,
  keys,
  pem,
  puppetExtension,
  rawAltNames,
  spkiOf,
} from "./csr.test.helper.js";
import { bits, boolean, explicit, integer, nothing, octets, oid, sequence, set, tlv, utf8 } from "./der/write.js";
import { Oid } from "./oids.js";

/** A request that must not be signed, and the words that say why. */
export interface Animal {
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly says: string | RegExp;
}

const NAME = "web01.example.org";
const der = csrDer();
const good = pem(der);
const changed = (change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(der);
  change(bytes);
  return pem(bytes);
};
const rsaSpki = (modulus: bigint, exponent: bigint) =>
  sequence(sequence(oid("1.2.840.113549.1.1.1"), nothing()), bits(sequence(integer(modulus), integer(exponent))));
const ecSpki = (curve: Uint8Array, point: Uint8Array) =>
  sequence(sequence(oid("1.2.840.10045.2.1"), curve), bits(point));
const P256 = oid("1.2.840.10045.3.1.7");
/** Parameters of CVE-2022-0778 are of this form: OpenSSL computes with whatever they say. */
const explicitCurve = sequence(
  integer(1),
  sequence(oid("1.2.840.10045.1.1"), integer(697n)),
  sequence(octets(Buffer.alloc(2, 1)), octets(Buffer.alloc(2, 3))),
  octets(Buffer.from("0301", "hex")),
  integer(7),
);

/** What is no request that anybody could sign: refused when it is read. */
export const unreadable: readonly Animal[] = [
  { what: "nothing", body: "", says: "The certificate request is empty." },
  { what: "blanks", body: " \n\n", says: "The certificate request is empty." },
  { what: "a word", body: "hello", says: "The certificate request is not PEM." },
  { what: "JSON", body: '{"csr":"x"}', says: "The certificate request is not PEM." },
  { what: "zeros", body: new Uint8Array(100), says: "The certificate request is not PEM." },
  { what: "DER", body: der, says: "The certificate request is not PEM; DER is not taken." },
  { what: "a certificate's block", body: pem(der, "CERTIFICATE"), says: "The PEM block is not a certificate request." },
  { what: "a private key", body: pem(der, "PRIVATE KEY"), says: "The PEM block is not a certificate request." },
  { what: "two requests", body: good + good, says: "The body holds more than one PEM block." },
  {
    what: "text before the block",
    body: `Subject: x\n${good}`,
    says: "The body holds more than a certificate request.",
  },
  { what: "text after the block", body: `${good}rm -rf\n`, says: "The body holds more than a certificate request." },
  { what: "a block without its end", body: good.slice(0, -20), says: "The PEM text has a block without its END line." },
  { what: "a broken BEGIN line", body: "-----BEGIN CERT", says: "The PEM text has a broken BEGIN line." },
  { what: "an empty block", body: pem(new Uint8Array()), says: "The PEM block CERTIFICATE REQUEST is not base64." },
  { what: "no base64", body: good.replace(/\n.../, "\n*.*"), says: "The PEM block CERTIFICATE REQUEST is not base64." },
  {
    what: "base64 with loose ends",
    body: "-----BEGIN CERTIFICATE REQUEST-----\nMAB=\n-----END CERTIFICATE REQUEST-----\n",
    says: "The PEM block CERTIFICATE REQUEST is not base64.",
  },
  {
    what: "16 KiB and one octet",
    body: good.padEnd(16_385, "\n"),
    says: "The certificate request is larger than 16 KiB.",
  },
  {
    what: "a name of a megabyte",
    body: csr({ names: ["a".repeat(1 << 20)] }),
    says: "The certificate request is larger than 16 KiB.",
  },
  { what: "cut off DER", body: pem(der.subarray(0, -1)), says: "The certificate request is cut off." },
  {
    what: "an octet behind the DER",
    body: pem(Buffer.concat([der, Buffer.of(0)])),
    says: "The certificate request holds more than it should.",
  },
  {
    what: "another type outside",
    body: pem(set(der)),
    says: "The certificate request has another type than expected.",
  },
  {
    what: "an indefinite length",
    body: pem(Buffer.from("3080300002010000000000", "hex")),
    says: /length that is not DER/,
  },
  {
    what: "a length in more octets than needed",
    body: pem(Buffer.from("308105300302010000", "hex")),
    says: /length that is not DER/,
  },
  {
    what: "a length of four gigabytes",
    body: pem(Buffer.from("3084ffffffff3000", "hex")),
    says: "The certificate request is cut off.",
  },
  { what: "a high tag", body: pem(Buffer.from("3004bf810000", "hex")), says: /tag that no certificate has/ },
  { what: "version 4", body: csr({ version: integer(3) }), says: "The certificate request is of an unknown version." },
  {
    what: "a negative version",
    body: csr({ version: tlv(2, Buffer.of(0xff)) }),
    says: "The certificate request is of an unknown version.",
  },
  {
    what: "a padded version",
    body: csr({ version: tlv(2, Buffer.of(0, 0)) }),
    says: "The version is a number that is not DER.",
  },
  {
    what: "a version of a kilobyte",
    body: csr({ version: tlv(2, Buffer.alloc(4000, 1)) }),
    says: "The version is too large a number.",
  },
  {
    what: "more fields inside",
    body: csr({ more: [integer(1)] }),
    says: "The certificate request's content holds more than it should.",
  },
  {
    what: "more fields outside",
    body: csr({ outerMore: [integer(1)] }),
    says: "The certificate request holds more than it should.",
  },
  { what: "no common name", body: csr({ names: [] }), says: "The subject must hold exactly one common name." },
  {
    what: "two common names",
    body: csr({ names: [NAME, "evil.example.org"] }),
    says: "The subject must hold exactly one common name.",
  },
  {
    what: "two common names in one part",
    body: csr({
      subject: sequence(
        set(sequence(oid(Oid.commonName), utf8(NAME)), sequence(oid(Oid.commonName), utf8("evil.example.org"))),
      ),
    }),
    says: "The subject must hold exactly one common name.",
  },
  { what: "an empty common name", body: csr({ names: [""] }), says: "The subject must hold exactly one common name." },
  {
    what: "NUL in the common name",
    body: csr({ names: [`${NAME}\0.evil.test`] }),
    says: "The subject's common name holds a NUL character.",
  },
  {
    what: "NUL in another part of the subject",
    body: csr({ subject: sequence(cn(utf8(NAME)), set(sequence(oid("2.5.4.10"), utf8("a\0b")))) }),
    says: "The subject holds a NUL character.",
  },
  {
    what: "a common name that is no UTF-8",
    body: csr({ subject: sequence(cn(tlv(0x0c, Buffer.of(0xc3, 0x28)))) }),
    says: "The subject's common name is not valid text.",
  },
  {
    what: "half a UTF-16 pair",
    body: csr({ subject: sequence(cn(tlv(0x1e, Buffer.from("d800", "hex")))) }),
    says: "The subject's common name is not valid text.",
  },
  {
    what: "a common name that is a number",
    body: csr({ subject: sequence(cn(integer(7))) }),
    says: "The subject's common name is not text.",
  },
  {
    what: "Latin-1 in a PrintableString",
    body: csr({ subject: sequence(cn(tlv(0x13, Buffer.of(0xe9)))) }),
    says: "The subject's common name is not valid text.",
  },
  {
    what: "a subject that is no name",
    body: csr({ subject: sequence(utf8(NAME)) }),
    says: "The subject is not a distinguished name.",
  },
  { what: "RSA without a key", body: csr({ spki: rsaSpki(0n, 3n) }), says: "The RSA modulus is not one." },
  {
    what: "RSA with an even modulus",
    body: csr({ spki: rsaSpki(1n << 2048n, 3n) }),
    says: "The RSA modulus is not one.",
  },
  {
    what: "RSA of 16,385 bits",
    body: csr({ spki: rsaSpki((1n << 16_384n) + 1n, 65_537n) }),
    says: "The RSA key is longer than 16384 bits.",
  },
  {
    what: "RSA of 80,000 bits",
    body: csr({ spki: rsaSpki((1n << 80_000n) + 1n, 65_537n) }),
    says: "The RSA modulus is too large a number.",
  },
  { what: "an RSA exponent of 1", body: csr({ spki: rsaSpki((1n << 2047n) + 1n, 1n) }), says: /^The RSA exponent/ },
  { what: "an even RSA exponent", body: csr({ spki: rsaSpki((1n << 2047n) + 1n, 4n) }), says: /^The RSA exponent/ },
  {
    what: "an RSA exponent as long as the modulus",
    body: csr({ spki: rsaSpki((1n << 2047n) + 1n, (1n << 2046n) + 1n) }),
    says: /^The RSA exponent/,
  },
  {
    what: "explicit curve parameters",
    body: csr({ spki: ecSpki(explicitCurve, Buffer.alloc(65, 4)) }),
    says: "The public key's curve is not an object identifier.",
  },
  {
    what: "half a point",
    body: csr({ spki: ecSpki(P256, Buffer.alloc(33, 4)) }),
    says: "The EC key is not a point of its curve.",
  },
  {
    what: "the point at infinity",
    body: csr({ spki: ecSpki(P256, Buffer.of(0)) }),
    says: "The EC key is not a point of its curve.",
  },
  { what: "no key at all", body: csr({ spki: sequence() }), says: "The public key's algorithm is missing." },
  {
    what: "an extension twice",
    body: csr({
      extensions: [puppetExtension("1.3.6.1.4.1.34380.1.1.1", "a"), puppetExtension("1.3.6.1.4.1.34380.1.1.1", "b")],
    }),
    says: "The extension 1.3.6.1.4.1.34380.1.1.1 is there twice.",
  },
  {
    what: "two lists of extensions",
    body: csr({ attributes: [extensionRequest([dns(NAME)]), extensionRequest([dns("evil.example.org")])] }),
    says: "The request must ask for extensions in one list.",
  },
  {
    what: "two lists in one attribute",
    body: csr({ attributes: [attribute(Oid.extensionRequest, sequence(), sequence())] }),
    says: "The request must ask for extensions in one list.",
  },
  {
    what: "no list where there should be one",
    body: csr({ attributes: [attribute(Oid.extensionRequest, utf8("x"))] }),
    says: "The request must ask for extensions in one list.",
  },
  {
    what: "an attribute twice",
    body: csr({
      attributes: [attribute(Oid.challengePassword, utf8("a")), attribute(Oid.challengePassword, utf8("b"))],
    }),
    says: "The attribute 1.2.840.113549.1.9.7 is there twice.",
  },
  {
    what: "NUL in the password",
    body: csr({ attributes: [attribute(Oid.challengePassword, utf8("a\0b"))] }),
    says: /holds a NUL character/,
  },
  {
    what: "a Puppet extension that is no text",
    body: csr({ extensions: [extension("1.3.6.1.4.1.34380.1.1.1", boolean(true))] }),
    says: "The extension 1.3.6.1.4.1.34380.1.1.1 is not text.",
  },
  {
    what: "a Puppet extension that is no DER",
    body: csr({ extensions: [extension("1.3.6.1.4.1.34380.1.1.1", Buffer.from("web"))] }),
    says: /^The extension 1.3.6.1.4.1.34380.1.1.1/,
  },
  {
    what: "a Puppet extension with NUL",
    body: csr({ extensions: [puppetExtension("1.3.6.1.4.1.34380.1.1.13", "we\0b")] }),
    says: /holds a NUL character/,
  },
  {
    what: "a Puppet extension with more behind it",
    body: csr({ extensions: [extension("1.3.6.1.4.1.34380.1.1.13", Buffer.concat([utf8("a"), utf8("b")]))] }),
    says: /holds more than it should/,
  },
  {
    what: "NUL in an alternative name",
    body: csr({ extensions: [dns(`${NAME}\0.evil.test`)] }),
    says: /^An alternative name is empty or holds/,
  },
  {
    what: "a blank in an alternative name",
    body: csr({ extensions: [dns("a b")] }),
    says: /^An alternative name is empty or holds/,
  },
  {
    what: "an empty alternative name",
    body: csr({ extensions: [dns("")] }),
    says: /^An alternative name is empty or holds/,
  },
  {
    what: "an address of seventeen octets",
    body: csr({ extensions: [rawAltNames([0x87, Buffer.alloc(17)])] }),
    says: "An alternative name is an address of an odd length.",
  },
  {
    what: "an address of five octets",
    body: csr({ extensions: [rawAltNames([0x87, Buffer.alloc(5)])] }),
    says: "An alternative name is an address of an odd length.",
  },
  {
    what: "alternative names that are no list",
    body: csr({ extensions: [extension(Oid.subjectAltName, utf8(NAME))] }),
    says: /^The alternative names/,
  },
  {
    what: "a boolean that is not DER",
    body: csr({
      attributes: [
        attribute(
          Oid.extensionRequest,
          sequence(sequence(oid(Oid.keyUsage), tlv(1, Buffer.of(1)), octets(Buffer.of(0)))),
        ),
      ],
    }),
    says: "The extension 2.5.29.15 is not a boolean of DER.",
  },
  {
    what: "an object identifier with padding",
    body: csr({ attributes: [sequence(tlv(6, Buffer.from("2a8001", "hex")), set())] }),
    says: /object identifier that is not DER/,
  },
  {
    what: "an object identifier that never ends",
    body: csr({ attributes: [sequence(tlv(6, Buffer.from("2a86", "hex")), set())] }),
    says: /is not an object identifier/,
  },
  {
    what: "an object identifier of a hundred octets",
    body: csr({ attributes: [sequence(tlv(6, Buffer.alloc(100, 1)), set())] }),
    says: /is not an object identifier/,
  },
];

/** Texts under OIDs of Puppet's private arc. */
const texts = (count: number, value = "x") =>
  Array.from({ length: count }, (_, index) => puppetExtension(`1.3.6.1.4.1.34380.1.2.${index + 1}`, value));
const aliases = (count: number) => dns(...Array.from({ length: count }, (_, index) => `a${index}.example.org`));
const basic = (ca: boolean) => extension(Oid.basicConstraints, sequence(boolean(ca)), true);
const p256 = () => createPublicKey(keys("ec prime256v1").publicKey.export({ type: "spki", format: "pem" }).toString());

/** What can be read and must not be signed, with every setting as wide open as it gets. */
export const forbidden: readonly Animal[] = [
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

/** What must be signed as it is. */
export const welcome: readonly { readonly what: string; readonly body: string }[] = [
  { what: "a plain request", body: good },
  { what: "one with Windows line ends", body: good.replaceAll("\n", "\r\n") },
  { what: "one without a final newline", body: good.trimEnd() },
  { what: "one of an older tool", body: pem(der, "NEW CERTIFICATE REQUEST") },
  { what: "RSA 2048 with SHA-512", body: csr({ hash: "sha512" }) },
  { what: "EC P-256", body: csr({ keys: keys("ec prime256v1") }) },
  { what: "EC P-384", body: csr({ keys: keys("ec secp384r1") }) },
  { what: "EC P-521", body: csr({ keys: keys("ec secp521r1") }) },
  { what: "its own name as alternative name", body: csr({ extensions: [dns(NAME)] }) },
  { what: "a name in a PrintableString", body: csr({ subject: sequence(cn(tlv(0x13, Buffer.from(NAME)))) }) },
  {
    what: "a name in a BMPString",
    body: csr({ subject: sequence(cn(tlv(0x1e, Buffer.from(NAME, "utf16le").swap16()))) }),
  },
  {
    what: "an organisation beside the name",
    body: csr({ subject: sequence(set(sequence(oid("2.5.4.10"), utf8("Acme"))), cn(utf8(NAME))) }),
  },
  {
    what: "Puppet's extensions",
    body: csr({
      extensions: [puppetExtension("1.3.6.1.4.1.34380.1.1.13", "web"), puppetExtension("1.3.6.1.4.1.34380.1.2.7", "ü")],
    }),
  },
  { what: "16 KiB", body: good.padEnd(16_384, "\n") },
  { what: "50 of Puppet's extensions", body: csr({ extensions: texts(50) }) },
  { what: "a value of 1,024 characters", body: csr({ extensions: texts(1, " ~\u00a0ü".repeat(256)) }) },
  {
    what: "a password",
    body: csr({ attributes: [attribute(Oid.challengePassword, tlv(0x13, Buffer.from("secret")))] }),
  },
  { what: "an attribute that is no text", body: csr({ attributes: [attribute("1.2.3.4", integer(1))] }) },
];

export { aliases, der, good, NAME, rsaSpki, spkiOf, texts };

import {
  attribute,
  cn,
  csr,
  dns,
  extension,
  extensionRequest,
  pem,
  puppetExtension,
  rawAltNames,
} from "./csr.test.helper.js";
import { boolean, integer, octets, oid, sequence, set, tlv, utf8 } from "./der/write.js";
import { Oid } from "./oids.js";
import { der, ecSpki, good, NAME, P256, type RefusedRequest, rsaSpki } from "./sample-requests.test.helper.js";

/** Parameters of CVE-2022-0778 are of this form: OpenSSL computes with whatever they say. */
const explicitCurve = sequence(
  integer(1),
  sequence(oid("1.2.840.10045.1.1"), integer(697n)),
  sequence(octets(Buffer.alloc(2, 1)), octets(Buffer.alloc(2, 3))),
  octets(Buffer.from("0301", "hex")),
  integer(7),
);

/** What is no request that anybody could sign: refused when it is read. */
export const unreadable: readonly RefusedRequest[] = [
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

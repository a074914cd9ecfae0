import { attribute, cn, csr, dns, keys, pem, puppetExtension } from "./csr.test.helper.js";
import { integer, oid, sequence, set, tlv, utf8 } from "./der/write.js";
import { Oid } from "./oids.js";
import { der, good, NAME, texts } from "./sample-requests.test.helper.js";

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

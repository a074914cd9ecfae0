import type { AltName } from "./alt-names.js";
import { DerError, DerReader, type Element, only, Tag, within } from "./der/read.js";
import { timeOf } from "./der/time.js";
import { bitsOf, booleanOf, numberOf, textOf } from "./der/values.js";
import { commonNamesOf } from "./distinguished-name.js";
import { altNamesIn, type Extension, keyIdIn, type PuppetExtension, puppetIn, readExtensions } from "./extensions.js";
import { isSignedBy, type PublicKey, publicKeyOf, type SignatureAlgorithm, signatureAlgorithmOf } from "./keys.js";
import { Oid } from "./oids.js";
import { readPem, toPem } from "./pem.js";

/** An X.509 certificate as far as the authority looks into it (RFC 5280 section 4.1). */
export interface Certificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly serial: bigint;
  /** Names as DER: two are the same where their octets are. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The subject's common name, where it has exactly one. */
  readonly name: string | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  readonly isCa: boolean;
  readonly keyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** @throws DerError */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(only(der, Tag.sequence, "The certificate").content);
  const tbs = outer.take(Tag.sequence, "The certificate's content");
  const signatureAlgorithm = signatureAlgorithmOf(
    outer.take(Tag.sequence, "The signature's algorithm"),
    "The signature's algorithm",
  );
  const signature = bitsOf(outer.next("The signature"), "The signature");
  outer.end("The certificate");

  const reader = new DerReader(tbs.content);
  reader.optional(0xa0, "The version");
  const serial = numberOf(reader.next("The serial"), "The serial");
  reader.take(Tag.sequence, "The signature's algorithm");
  const issuer = reader.take(Tag.sequence, "The issuer");
  const validity = new DerReader(reader.take(Tag.sequence, "The validity").content);
  const subject = reader.take(Tag.sequence, "The subject");
  const key = reader.take(Tag.sequence, "The public key");
  const notBefore = timeOf(validity.next("The first date"), "The first date");
  const notAfter = timeOf(validity.next("The last date"), "The last date");
  const extensions = extensionsIn(reader);
  const names = commonNamesOf(subject, "The subject");
  const value = (oid: string) => extensions.find((extension) => extension.oid === oid)?.value;
  const basic = value(Oid.basicConstraints);
  const own = value(Oid.subjectKeyId);
  const authority = value(Oid.authorityKeyId);
  return {
    der,
    pem: toPem("CERTIFICATE", der),
    serial,
    issuer: issuer.bytes,
    subject: subject.bytes,
    name: names.length === 1 ? names[0] : undefined,
    notBefore,
    notAfter,
    spki: key.bytes,
    publicKey: publicKeyOf(key),
    extensions,
    isCa: basic !== undefined && isCa(basic),
    keyId: own && only(own, Tag.octets, "The key identifier").content,
    authorityKeyId: authority && keyIdIn(authority),
    signed: tbs.bytes,
    signatureAlgorithm,
    signature,
  };
}

/** The certificates of a PEM text, in their order. @throws DerError for what is none */
export function readCertificates(pem: string): Certificate[] {
  return readPem(pem).blocks.map(({ label, der }) => {
    if (label !== "CERTIFICATE") throw new DerError(`The PEM block ${label} is not a certificate.`);
    return readCertificate(der);
  });
}

/** The alternative names of a certificate. @throws DerError */
export const altNamesOf = ({ extensions }: Certificate): AltName[] => altNamesIn(extensions);

/** Puppet's extensions of a certificate. @throws DerError */
export const puppetOf = ({ extensions }: Certificate): PuppetExtension[] => puppetIn(extensions);

/** The text of the Netscape comment, by which a certificate tells its template. @throws DerError */
export function commentOf({ extensions }: Certificate): string | undefined {
  const found = extensions.find(({ oid }) => oid === Oid.netscapeComment);
  const what = "The comment";
  return found && textOf(only(found.value, Tag.ia5, what), what);
}

/** Whether `issuer` issued `certificate`: the name and the signature say so. */
export const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  Buffer.from(certificate.issuer).equals(issuer.subject) &&
  isSignedBy(issuer.spki, certificate.signatureAlgorithm, certificate.signed, certificate.signature);

function extensionsIn(reader: DerReader): Extension[] {
  // Unique identifiers of version 2, which nobody uses, may stand before them.
  reader.optional(0x81, "The issuer's identifier");
  reader.optional(0x82, "The subject's identifier");
  const wrapped = reader.optional(0xa3, "The extensions");
  reader.end("The certificate's content");
  if (wrapped === undefined) return [];
  return readExtensions(only(wrapped.content, Tag.sequence, "The extensions"));
}

function isCa(value: Uint8Array): boolean {
  const what = "The basic constraints";
  const [first]: Element[] = [...within(only(value, Tag.sequence, what), what)];
  return first?.tag === Tag.boolean && booleanOf(first, what);
}

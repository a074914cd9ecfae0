import { createHash } from "node:crypto";
import type { Certificate } from "../certificate.js";
import { DerError, DerReader, type Element, only, Tag, within } from "../der/read.js";
import { timeOf } from "../der/time.js";
import { bitsOf, numberOf } from "../der/values.js";
import { commonNamesOf } from "../distinguished-name.js";
import { type Extension, keyIdIn, readExtensions } from "../extensions.js";
import { isSignedBy, type SignatureAlgorithm, signatureAlgorithmOf } from "../keys.js";
import { Oid } from "../oids.js";
import { readPem, toPem } from "../pem.js";
import { serialText } from "../serial.js";
import type { RevokedSerial } from "./write.js";

/** A revocation list (RFC 5280 section 5), from wherever it came. */
export interface Crl {
  readonly pem: string;
  /** The issuer's name, DER. */
  readonly issuer: Uint8Array;
  /** Its common name, for people; empty where it has none. */
  readonly issuerName: string;
  /** Zero where it has none, as lists of version 1. */
  readonly number: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly keyId: Uint8Array | undefined;
  /** A delta list, which says only what changed: nobody here can use one. */
  readonly isDelta: boolean;
  /** Read anew each time: there may be many. */
  revoked(): Generator<RevokedSerial>;
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** @throws DerError */
export function readCrl(der: Uint8Array): Crl {
  const outer = new DerReader(only(der, Tag.sequence, "The list").content);
  const tbs = outer.take(Tag.sequence, "The list's content");
  const signatureAlgorithm = signatureAlgorithmOf(
    outer.take(Tag.sequence, "The signature's algorithm"),
    "The signature's algorithm",
  );
  const signature = bitsOf(outer.next("The signature"), "The signature");
  outer.end("The list");

  const reader = new DerReader(tbs.content);
  const version = reader.optional(Tag.integer, "The list's version");
  if (version !== undefined && numberOf(version, "The list's version") !== 1n)
    throw new DerError("The list is of an unknown version.");
  reader.take(Tag.sequence, "The signature's algorithm");
  const issuer = reader.take(Tag.sequence, "The issuer");
  const thisUpdate = timeOf(reader.next("The list's date"), "The list's date");
  const nextUpdate = timeOf(reader.next("The list's next date"), "The list's next date");
  const entries = reader.optional(Tag.sequence, "The list's entries");
  const wrapped = reader.optional(0xa0, "The list's extensions");
  reader.end("The list's content");
  const extensions =
    wrapped === undefined ? [] : readExtensions(only(wrapped.content, Tag.sequence, "The list's extensions"));
  const value = (oid: string): Extension["value"] | undefined => extensions.find((found) => found.oid === oid)?.value;
  const number = value(Oid.crlNumber);
  const authority = value(Oid.authorityKeyId);
  return {
    pem: toPem("X509 CRL", der),
    issuer: issuer.bytes,
    issuerName: commonNamesOf(issuer, "The issuer")[0] ?? "",
    number: number === undefined ? 0n : numberOf(only(number, Tag.integer, "The list's number"), "The list's number"),
    thisUpdate,
    nextUpdate,
    keyId: authority && keyIdIn(authority),
    isDelta: value(Oid.deltaCrl) !== undefined,
    revoked: () => revokedIn(entries),
    signed: tbs.bytes,
    signatureAlgorithm,
    signature,
  };
}

/** The lists of a PEM text; blocks of another kind are not theirs. @throws DerError for a list that cannot be read */
export const readCrls = (pem: string): Crl[] =>
  readPem(pem)
    // CRL is what @peculiar/x509 writes.
    .blocks.filter(({ label }) => label === "X509 CRL" || label === "CRL")
    .map(({ der }) => readCrl(der));

/** Whether `issuer` issued the list. */
export const isListOf = (crl: Crl, issuer: Certificate): boolean =>
  Buffer.from(crl.issuer).equals(issuer.subject) &&
  isSignedBy(issuer.spki, crl.signatureAlgorithm, crl.signed, crl.signature);

/** What the store calls an issuer whose key is not ours: the SHA-256 of its name. */
export const foreignIssuer = (name: Uint8Array): string => createHash("sha256").update(name).digest("hex");

function* revokedIn(entries: Element | undefined): Generator<RevokedSerial> {
  if (entries === undefined) return;
  for (const entry of within(entries, "A revoked certificate")) {
    if (entry.tag !== Tag.sequence) throw new DerError("A revoked certificate has another type than expected.");
    const reader = new DerReader(entry.content);
    const serial = numberOf(reader.next("A revoked serial"), "A revoked serial");
    const revokedAt = timeOf(reader.next("A revocation's date"), "A revocation's date");
    yield { serial: serialText(serial), revokedAt };
  }
}

import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AltName, writeAltNames } from "./alt-names.js";
import { type Certificate, commentOf } from "./certificate.js";
import { time, wholeSeconds } from "./der/time.js";
import { bits, explicit, ia5, implicit, integer, octets, oid, sequence, tlv, utf8 } from "./der/write.js";
import { commonName } from "./distinguished-name.js";
import { type Extension, type PuppetExtension, writeExtension } from "./extensions.js";
import { type Issuer, keyIdOf } from "./issuer.js";
import { Oid } from "./oids.js";

/** Everything of a leaf certificate that is not in its template. */
export interface Leaf {
  readonly serial: bigint;
  readonly name: string;
  readonly profile: CertificateProfile;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** DNS names and addresses beside the name itself. */
  readonly altNames: readonly AltName[];
  readonly extensions: readonly PuppetExtension[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

interface Template {
  readonly comment: string;
  readonly usages: readonly string[];
  /** Extensions that everybody of this profile has. */
  readonly always: readonly PuppetExtension[];
}

const both = [Oid.serverAuth, Oid.clientAuth];
/** The comment is what tells profiles apart afterwards: it comes from here only, never from a request. */
const templates: Readonly<Record<CertificateProfile, Template>> = {
  puppet: { comment: "Puppet Server Internal Certificate", usages: both, always: [] },
  inventory: { comment: "Gatehouse Inventory Certificate", usages: [Oid.clientAuth], always: [] },
  operator: {
    comment: "Gatehouse Operator Certificate",
    usages: both,
    always: [{ oid: Oid.cliAuth, value: "true" }],
  },
  server: { comment: "Gatehouse Server Certificate", usages: both, always: [] },
};

/**
 * The profile that a certificate of this authority was issued under. One without a comment of ours is Puppet's: an
 * imported authority issued it, and the Ruby CA of old wrote another comment.
 * @throws DerError
 */
export function profileOfCertificate(certificate: Certificate): CertificateProfile {
  const comment = commentOf(certificate);
  const profiles = Object.keys(templates) as CertificateProfile[];
  return profiles.find((profile) => templates[profile].comment === comment) ?? "puppet";
}

const DAY_MS = 86_400_000;

/**
 * From when until when: a day back, for hosts whose clock is behind; never beyond the issuer's own end.
 * @throws internal when the issuer has ended
 */
export function validity(now: Date, lifetimeMs: number, issuer: Issuer): { notBefore: Date; notAfter: Date } {
  if (issuer.notAfter <= now) {
    throw new GatehouseError("internal", "The authority's certificate has ended; it can sign nothing any more.");
  }
  const end = Math.min(now.getTime() + lifetimeMs, issuer.notAfter.getTime());
  return { notBefore: wholeSeconds(new Date(now.getTime() - DAY_MS)), notAfter: wholeSeconds(new Date(end)) };
}

/**
 * What is to be signed for a leaf. By a template, never by copying a request: a request says what somebody wishes, and
 * CVE-2011-3872 was a Puppet CA that believed it. Order, criticality and encodings are puppetserver's, byte for byte
 * (wire/puppet.md section 4, "X.509 profiles"; tested against recorded certificates).
 */
export function leafTbs(leaf: Leaf, issuer: Issuer): Uint8Array {
  return sequence(
    explicit(0, integer(2)),
    integer(leaf.serial),
    issuer.algorithm,
    issuer.name,
    sequence(time(leaf.notBefore), time(leaf.notAfter)),
    commonName(leaf.name),
    leaf.spki,
    explicit(3, sequence(...leafExtensions(leaf, issuer).map(writeExtension))),
  );
}

/** The names that the certificate will hold: those asked for, addresses first as puppetserver has them, then its own. */
export function leafAltNames({ name, altNames }: Pick<Leaf, "name" | "altNames">): AltName[] {
  const kinds = [...altNames.filter(({ kind }) => kind === "IP"), ...altNames.filter(({ kind }) => kind === "DNS")];
  const all = [...kinds, { kind: "DNS", value: name } as const];
  return [...new Map(all.map((altName) => [`${altName.kind}:${altName.value}`, altName])).values()];
}

/** Puppet's extensions that the certificate will hold. */
export function leafPuppet({ profile, extensions }: Pick<Leaf, "profile" | "extensions">): PuppetExtension[] {
  const { always } = templates[profile];
  return [...extensions.filter(({ oid }) => !always.some((fixed) => fixed.oid === oid)), ...always];
}

function leafExtensions(leaf: Leaf, issuer: Issuer): Extension[] {
  const { comment, usages } = templates[leaf.profile];
  const plain = (name: string, value: Uint8Array): Extension => ({ oid: name, critical: false, value });
  const critical = (name: string, value: Uint8Array): Extension => ({ oid: name, critical: true, value });
  return [
    plain(Oid.subjectAltName, writeAltNames(leafAltNames(leaf))),
    plain(Oid.netscapeComment, ia5(comment)),
    plain(Oid.authorityKeyId, longAuthorityKeyId(issuer)),
    plain(Oid.subjectKeyId, octets(keyIdOf(leaf.spki))),
    ...leafPuppet(leaf).map(({ oid: name, value }) => plain(name, utf8(value))),
    critical(Oid.basicConstraints, sequence()),
    critical(Oid.extendedKeyUsage, sequence(...usages.map(oid))),
    // digitalSignature and keyEncipherment.
    critical(Oid.keyUsage, bits(Uint8Array.of(0xa0), 5)),
  ];
}

/** Key identifier, then name and serial of the issuer's own certificate (RFC 5280 section 4.2.1.1). */
function longAuthorityKeyId({ keyId, certificateIssuer, certificateSerial }: Issuer): Uint8Array {
  const serial = integer(certificateSerial);
  return sequence(
    implicit(0, keyId),
    explicit(1, explicit(4, certificateIssuer)),
    tlv(0x82, serial.subarray(serial.length - contentLength(serial))),
  );
}

/** A serial is short: its length is one octet. */
const contentLength = (short: Uint8Array): number => short[1] ?? 0;

/** A signed certificate or list from its content and its signature. */
export const signedDer = (
  tbs: Uint8Array,
  { algorithm }: Pick<Issuer, "algorithm">,
  signature: Uint8Array,
): Uint8Array => sequence(tbs, algorithm, bits(signature));

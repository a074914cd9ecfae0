/** What a certificate may be used for here: a name means something within its profile only. */
export const certificateProfiles = ["puppet", "inventory", "operator", "server"] as const;
export type CertificateProfile = (typeof certificateProfiles)[number];

/**
 * intended: a serial is taken and nothing is known to be signed with it, so it counts as valid until it is revoked;
 * issued; revoked.
 */
export type CertificateState = "intended" | "issued" | "revoked";

/** Digests over a DER encoding, upper-case hex with colons. */
export interface Fingerprints {
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512: string;
}

/** A certificate that this authority issued, or began to. */
export interface Certificate {
  /** Upper-case hex, at least four digits, as Puppet's inventory writes it. */
  readonly serial: string;
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly state: CertificateState;
  /** Null while it is only intended, or where only an inventory told of it. */
  readonly pem: string | null;
  readonly fingerprints: Fingerprints | null;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  /** Such as `DNS:web01.example.org` and `IP:192.0.2.7`. */
  readonly altNames: readonly string[];
  /** Puppet's own extensions by their short name, else by OID. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly issuedBy: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
  /** True when `clean` took it out of its name's way; it stays in the inventory and, if revoked, in the CRL. */
  readonly cleaned: boolean;
}

/** A request that waits to be signed. */
export interface CertificateRequest {
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly pem: string;
  readonly fingerprints: Fingerprints;
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
  readonly receivedAt: Date;
  /** The peer that sent it. */
  readonly from: string | null;
  /** Why the last attempt to sign it by policy did not: for operators. */
  readonly note: string | null;
}

/** A request as it is listed: the request itself is asked for by its name. */
export type PendingRequest = Omit<CertificateRequest, "pem">;

/** The one authority of a database. */
export interface AuthorityRecord {
  readonly id: string;
  /** PEM: the signing certificate first, then its issuers up to the root. */
  readonly chain: string;
  /** PEM (PKCS #8) of the signing key; sealed at rest, never in a log or an answer. */
  readonly key: string;
  /** PEM of the root's key where the authority made a root of its own: it signs the root's CRL. */
  readonly rootKey: string | null;
  readonly createdAt: Date;
  readonly origin: "made" | "imported";
}

/** One published revocation list. */
export interface PublishedCrl {
  /** `signing`, `root`, or the SHA-256 of a foreign issuer's name. */
  readonly issuer: string;
  readonly number: bigint;
  readonly pem: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly publishedAt: Date;
}

/** A serial that the signing authority has revoked, for its CRL. */
export interface Revocation {
  readonly serial: string;
  readonly revokedAt: Date;
  readonly notAfter: Date | null;
}

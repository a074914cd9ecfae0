import type { Certificate, CertificateProfile, PendingRequest } from "./types.js";

/** A text with the time it last changed, for If-Modified-Since. */
export interface Bundle {
  readonly pem: string;
  readonly modifiedAt: Date;
}

/** What the name stands for at the authority. */
export type CertificateStatus =
  | { readonly state: "requested"; readonly request: PendingRequest }
  | { readonly state: "signed" | "revoked"; readonly certificate: Certificate };

/** How a submitted request was taken. */
export type Submitted = "signed" | "pending";

/** What a request asks for, and what would become of it now. */
export interface RequestFindings {
  readonly name: string;
  /** Such as `RSA 2048`. */
  readonly key: string;
  /** SHA-256 over the DER, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
  /** Why it cannot be signed at all. */
  readonly refusal: string | null;
  /** Whether a rule would sign it, which, and why; programs are not asked, and no token is used. */
  readonly signed: boolean;
  readonly rule: string | null;
  readonly why: string;
}

/** Who hands in a request, and what stands under its name. */
export interface RequestIdentity {
  readonly name: string;
  /** Why it could not be signed, whatever the rules say; null: its sender holds the key. */
  readonly refusal: string | null;
  /**
   * none: nothing is there; waiting: this very request; issued: there is a certificate for its key; revoked: that does not count
   * any more; taken: another request or a certificate for another key has the name.
   */
  readonly standing: "none" | "waiting" | "issued" | "revoked" | "taken";
}

/** What everybody may know of the authority, and the lists that administrators bring. */
export interface AuthorityBundles {
  /** The CA certificates, the signing one first. */
  caBundle(): Promise<Bundle>;
  /** The revocation lists, our own first. */
  crlBundle(): Promise<Bundle>;
  /** When each CA certificate and each list ends, by the issuer's name. */
  expirations(): Promise<{
    readonly certificates: Readonly<Record<string, Date>>;
    readonly crls: Readonly<Record<string, Date>>;
  }>;
  /** Lists of the other issuers in the chain. @throws request-malformed when there is none among them */
  takeCrls(pem: string, by: string): Promise<void>;
}

/**
 * Port: the authority as one profile sees it. A name means something within its profile only: another's is not there.
 * Errors carry the texts that puppetserver answers with (wire/puppet.md section 4): agents and `puppetserver ca` show
 * them.
 */
export interface ProfileAuthority extends AuthorityBundles {
  /** PEM, also of a revoked certificate. */
  certificate(name: string): Promise<string | undefined>;
  /** PEM; not of one that tells a secret: everybody may ask. */
  request(name: string): Promise<string | undefined>;
  /**
   * Takes a request under a name, and signs it where the policy says so.
   * @throws request-malformed for what no CSR is, or one that the policy forbids; conflict when the name is taken;
   * overloaded when too many wait
   */
  submit(submission: { name: string; csr: Uint8Array; from: string | null }): Promise<Submitted>;
  /** Who it is that hands in a request: nothing is asked, and nothing changes. @throws request-malformed for what no CSR is */
  identify(csr: Uint8Array): Promise<RequestIdentity>;
  /** What {@link submit} would do; nothing changes. @throws request-malformed for what no CSR is */
  test(csr: Uint8Array): Promise<RequestFindings>;
  deleteRequest(name: string, by: string): Promise<boolean>;
  status(name: string): Promise<CertificateStatus | undefined>;
  statuses(state?: "requested" | "signed" | "revoked"): Promise<CertificateStatus[]>;
  /**
   * @param options `gatewayName`: also where it is a name that agents know a gateway by
   * @throws not-found without a request; conflict when the policy forbids it
   */
  sign(name: string, options: { ttlSeconds?: number; gatewayName?: boolean; by: string }): Promise<void>;
  /** @throws not-found when the name never had a certificate */
  revoke(name: string, by: string): Promise<void>;
  /** Revokes and takes out of the way. @returns names that had nothing */
  clean(names: readonly string[], by: string): Promise<{ missing: string[] }>;
  /** Takes out of the way without revoking. @returns false when there was nothing */
  forget(name: string, by: string): Promise<boolean>;
  /** A new certificate for the presented one: same key, same extensions. @throws not-found where renewal is off; forbidden */
  renew(presented: { pem: string; serial: string }): Promise<string>;
  /** A key pair and certificate made here, for whom has neither. The key is in this answer and nowhere else. */
  generate(options: {
    name: string;
    altNames: readonly string[];
    extensions: Readonly<Record<string, string>>;
    by: string;
  }): Promise<{ certificate: string; key: string }>;
}

/** Port: the certificate authority, of every profile. */
export interface Authority extends AuthorityBundles {
  /** The same object each time. */
  of(profile: CertificateProfile): ProfileAuthority;
  /** Revokes by serial: an interrupted signing has no other handle. @returns the serials newly revoked */
  revokeSerials(serials: readonly string[], by: string): Promise<string[]>;
  /** Whether a serial of this authority is revoked, from memory: asked on every request. */
  isRevoked(serial: string): boolean;
}

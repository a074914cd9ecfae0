import type { Certificate, CertificateFilter, CertificateProfile, CertificateRequest } from "./types.js";

/** A text with the time it last changed, for If-Modified-Since. */
export interface Bundle {
  readonly pem: string;
  readonly modifiedAt: Date;
}

/** What the name stands for at the authority. */
export type CertificateStatus =
  | { readonly state: "requested"; readonly request: CertificateRequest }
  | { readonly state: "signed" | "revoked"; readonly certificate: Certificate };

/** How a submitted request was taken. */
export type Submitted = "signed" | "pending";

/**
 * Port: the certificate authority, as its protocols use it. Its errors carry the texts that puppetserver answers with
 * (wire/puppet.md section 4): agents and `puppetserver ca` show them.
 */
export interface Authority {
  /** The CA certificates, the signing one first. */
  caBundle(): Promise<Bundle>;
  /** The revocation lists, our own first. */
  crlBundle(): Promise<Bundle>;
  /** PEM, also of a revoked certificate. */
  certificate(name: string): Promise<string | undefined>;
  /** PEM. */
  request(name: string): Promise<string | undefined>;
  /**
   * Takes a request under a name, and signs it where the policy says so.
   * @throws request-malformed for what no CSR is, or one that the policy forbids; conflict when the name is taken
   */
  submit(submission: {
    name: string;
    csr: Uint8Array;
    profile: CertificateProfile;
    from: string | null;
  }): Promise<Submitted>;
  deleteRequest(name: string): Promise<boolean>;
  status(name: string): Promise<CertificateStatus | undefined>;
  statuses(filter: CertificateFilter): Promise<CertificateStatus[]>;
  /** @throws not-found without a request; conflict when the policy forbids it */
  sign(name: string, options: { ttlSeconds?: number; by: string }): Promise<void>;
  /** @throws not-found when the name never had a certificate */
  revoke(name: string, by: string): Promise<void>;
  /** Revokes and takes out of the way. @returns names that had nothing */
  clean(names: readonly string[], by: string): Promise<{ missing: string[] }>;
  /** Takes out of the way without revoking. @returns false when there was nothing */
  forget(name: string): Promise<boolean>;
  /** A new certificate for the presented one: same key, same extensions. @throws not-found where renewal is off; forbidden */
  renew(presented: { pem: string; serial: string }): Promise<string>;
  /** A key pair and certificate made here, for whom has neither. The key is in this answer and nowhere else. */
  generate(options: {
    name: string;
    profile: CertificateProfile;
    altNames: readonly string[];
    extensions: Readonly<Record<string, string>>;
    by: string;
  }): Promise<{ certificate: string; key: string }>;
  /** Lists of the other issuers in the chain. @throws request-malformed when there is none among them */
  takeCrls(pem: string): Promise<void>;
  /** When each CA certificate and each list ends, by the issuer's name. */
  expirations(): Promise<{
    readonly certificates: Readonly<Record<string, Date>>;
    readonly crls: Readonly<Record<string, Date>>;
  }>;
  /** Whether a serial of this authority is revoked, from memory: asked on every request. */
  isRevoked(serial: string): boolean;
}

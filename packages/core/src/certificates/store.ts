import type {
  AuthorityRecord,
  Certificate,
  CertificateProfile,
  CertificateRequest,
  Fingerprints,
  PublishedCrl,
  Revocation,
} from "./types.js";

/** What is known of a certificate once it is signed. */
export interface SignedCertificate {
  readonly pem: string;
  readonly fingerprints: Fingerprints;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
}

/** What an existing authority brings. */
export interface ImportedAuthority {
  readonly authority: Omit<AuthorityRecord, "id" | "createdAt">;
  /** The next serial that may be given out; at least 1. */
  readonly nextSerial: bigint;
  readonly certificates: readonly (SignedCertificate & {
    readonly serial: string;
    readonly name: string;
    readonly revokedAt: Date | null;
  })[];
  /** Serials of the old CRL whose certificates are not there any more. */
  readonly revocations: readonly Revocation[];
  readonly requests: readonly Omit<CertificateRequest, "receivedAt" | "from" | "note">[];
  readonly crls: readonly Omit<PublishedCrl, "publishedAt">[];
}

/** Port: everything of the authority that must last. Names are compared as they are: they are lower case. */
export interface CertificateStore {
  authority(): Promise<AuthorityRecord | undefined>;
  /** Stores the authority with all that it brings, or nothing. @throws conflict when there is one already */
  found(imported: ImportedAuthority): Promise<AuthorityRecord>;

  request(name: string): Promise<CertificateRequest | undefined>;
  requests(): Promise<CertificateRequest[]>;
  /** @returns false when the name has a request already */
  addRequest(request: Omit<CertificateRequest, "receivedAt" | "note">): Promise<boolean>;
  noteRequest(name: string, note: string): Promise<void>;
  /** @returns whether there was one */
  deleteRequest(name: string): Promise<boolean>;

  /**
   * Takes the next serial and records for what, committed before anything is signed: no two replicas get one serial.
   * @throws conflict when the name has a live certificate that is not to be replaced
   */
  intend(intent: {
    name: string;
    profile: CertificateProfile;
    by: string;
    /** True for a renewal: the certificate before it stays as it is. */
    besideOthers: boolean;
  }): Promise<{ serial: string }>;
  /** The signed certificate takes the place of its intent; its request goes in the same transaction. */
  complete(serial: string, signed: SignedCertificate): Promise<void>;
  /** The newest certificate of a name that was not cleaned; revoked ones too. */
  certificate(name: string): Promise<Certificate | undefined>;
  bySerial(serial: string): Promise<Certificate | undefined>;
  /** By name, at most `limit`, after the cursor of the page before. */
  certificates(page: {
    limit: number;
    after?: string;
    name?: string;
    state?: "signed" | "revoked";
  }): Promise<{ certificates: Certificate[]; next: string | null }>;

  /** Revokes every live certificate of these names, or these serials. Tells every replica. @returns the serials newly revoked */
  revoke(what: { names?: readonly string[]; serials?: readonly string[] }, by: string): Promise<string[]>;
  /** Takes every certificate and request of these names out of the way; revokes nothing. @returns names that had any */
  clean(names: readonly string[]): Promise<string[]>;
  /** Revoked serials whose certificates have not ended before `now`, and how many changes there have been. */
  revocations(now: Date): Promise<{ entries: Revocation[]; generation: bigint }>;

  crls(): Promise<PublishedCrl[]>;
  /**
   * Publishes a list if its number is above that of its issuer's last one.
   * @param generation of the revocations that it holds: a list of older ones never replaces one of newer
   * @returns false when it came too late
   */
  publishCrl(crl: Omit<PublishedCrl, "publishedAt">, generation: bigint): Promise<boolean>;
}

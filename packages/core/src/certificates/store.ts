import type {
  AuthorityRecord,
  Certificate,
  CertificateProfile,
  CertificateRequest,
  CertificateState,
  Fingerprints,
  PendingRequest,
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

/** A certificate that an existing authority issued, with all that is still known of it. */
export interface ImportedCertificate {
  readonly serial: string;
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revokedAt: Date | null;
  /** Null where only the inventory tells of it: it stands for no name, and can be revoked by its serial. */
  readonly signed: Pick<SignedCertificate, "pem" | "fingerprints" | "altNames" | "extensions"> | null;
}

/** What an existing authority brings; everything of it is of profile puppet. */
export interface ImportedAuthority {
  readonly authority: Omit<AuthorityRecord, "id" | "createdAt">;
  /** The next serial that may be given out; at least 1. */
  readonly nextSerial: bigint;
  readonly certificates: readonly ImportedCertificate[];
  /** Serials of the old CRL of which nothing else is known. */
  readonly revocations: readonly Revocation[];
  readonly requests: readonly Omit<CertificateRequest, "receivedAt" | "from" | "note">[];
  readonly crls: readonly Omit<PublishedCrl, "publishedAt">[];
}

/** A name within its profile: names of different profiles are different names. They are compared as they are: lower case. */
export interface CertificateName {
  readonly name: string;
  readonly profile: CertificateProfile;
}

/**
 * Why an intent was not recorded: the name has a certificate, or is being given one; the token has no use left; the
 * certificate that is to be renewed was revoked or cleaned.
 */
export type IntentRefusal = "taken" | "token-used" | "revoked";

/** Port: everything of the authority that must last. */
export interface CertificateStore {
  authority(): Promise<AuthorityRecord | undefined>;
  /** Stores the authority with all that it brings, or nothing. @throws conflict when there is one already */
  found(imported: ImportedAuthority): Promise<AuthorityRecord>;
  /** The serial that will be given out next, for an export. */
  nextSerial(): Promise<bigint>;

  request(of: CertificateName): Promise<CertificateRequest | undefined>;
  /** By name; of one profile, or of all. */
  requests(profile?: CertificateProfile): Promise<PendingRequest[]>;
  /** @param most how many may wait in all */
  addRequest(
    request: Omit<CertificateRequest, "receivedAt" | "note">,
    most: number,
  ): Promise<"added" | "exists" | "full">;
  noteRequest(of: CertificateName, note: string): Promise<void>;
  /** @returns whether there was one */
  deleteRequest(of: CertificateName): Promise<boolean>;

  /**
   * Takes the next serial and records for what, committed before anything is signed: no two replicas get one serial. In
   * the same transaction one use of the token is counted, and where the name is to be replaced everything that stands
   * for it is revoked and cleaned: of two requests with the last use of a token, one gets all of this and the other
   * nothing (T12). Serials of the name whose signing was cut off a minute ago are revoked on the way: they hold no name.
   * @returns the serial, with those that were newly revoked; or why not, and nothing has changed
   */
  intend(
    intent: CertificateName & {
      readonly by: string;
      /**
       * What becomes of a live certificate of the name: it refuses the intent, it stays as it is (a renewal), or it is
       * revoked and cleaned (a host that comes back; one that was revoked, or is being given, refuses that too).
       */
      readonly others: "refuse" | "keep" | "replace";
      /** When the certificate will end: from then on nothing has to be known of its serial. */
      readonly notAfter: Date;
      /** The serial that is renewed: it must count in the moment of the intent. */
      readonly renews?: string;
      /** Counted under its hash, and refused from so many uses on; null never refuses. */
      readonly token?: { readonly sha256: string; readonly uses: number | null };
      /** Stored with the intent in the place of what waits under the name: a crash leaves something to go on from. */
      readonly request?: Omit<CertificateRequest, "receivedAt" | "note">;
    },
  ): Promise<{ readonly serial: string; readonly revoked: readonly string[] } | { readonly refused: IntentRefusal }>;
  /**
   * The signed certificate takes the place of its intent; its request goes in the same transaction.
   * @throws conflict when the serial was revoked in between
   */
  complete(serial: string, signed: SignedCertificate): Promise<void>;
  /** The newest certificate of a name that was signed and not cleaned; revoked ones too. */
  certificate(of: CertificateName): Promise<Certificate | undefined>;
  bySerial(serial: string): Promise<Certificate | undefined>;
  /** By name, profile and serial, at most `limit`, after the cursor of the page before. */
  certificates(page: {
    limit: number;
    after?: string;
    name?: string;
    profile?: CertificateProfile;
    state?: CertificateState;
    /** Only the newest of each name that was signed and not cleaned: the one that stands for it. */
    standing?: boolean;
  }): Promise<{ certificates: Certificate[]; next: string | null }>;

  /** Whether a live certificate of a gateway is for one of these names, in lower case. */
  serves(names: readonly string[], now: Date): Promise<boolean>;

  /**
   * Revokes every live certificate of these names, cleaned or not, or these serials, and tells every replica. No intent
   * is under way meanwhile: what began before is revoked, and what begins afterwards sees it.
   * @returns the serials newly revoked
   */
  revoke(
    what: { names: readonly string[]; profile: CertificateProfile } | { serials: readonly string[] },
    by: string,
  ): Promise<string[]>;
  /**
   * Takes every certificate and request of these names out of the way.
   * @param by who revokes them in the same transaction; null revokes nothing
   * @returns names that had any, and the serials newly revoked
   */
  clean(
    names: readonly string[],
    profile: CertificateProfile,
    by: string | null,
  ): Promise<{ readonly had: string[]; readonly revoked: string[] }>;
  /** Revoked serials whose certificates have not ended before `now`, and how many changes there have been. */
  revocations(now: Date): Promise<{ entries: Revocation[]; generation: bigint }>;
  /** A text that is another whenever the revocations, the lists or the authority are: cheap to ask every few seconds. */
  version(): Promise<string>;

  crls(): Promise<PublishedCrl[]>;
  /**
   * Publishes a list if its number is above that of its issuer's last one.
   * @param generation of the revocations that it holds: a list of older ones never replaces one of newer
   * @returns false when it came too late
   */
  publishCrl(crl: Omit<PublishedCrl, "publishedAt">, generation: bigint): Promise<boolean>;
}

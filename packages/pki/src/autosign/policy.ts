/** Which requests are signed without a person: rules in order, the first that matches signs. */
export interface AutosignPolicy {
  readonly rules: readonly AutosignRule[];
}

interface RuleBase {
  /** What operators see it called, in notes and in the inventory. */
  readonly name: string;
}

/** Where a rule asks for more than the name, these patterns can narrow it: exact names, `*.domain`, `*`. */
interface Narrowed {
  readonly names?: readonly string[];
}

/** Everything: for labs. */
export interface AllRule extends RuleBase {
  readonly kind: "all";
}

export interface NameRule extends RuleBase {
  readonly kind: "name";
  readonly certname: string;
}

/** `*.domain` as Puppet means it: hosts at any depth, and the bare domain. */
export interface GlobRule extends RuleBase {
  readonly kind: "glob";
  readonly pattern: string;
}

/** A secret that the host tells in challengePassword or pp_preshared_key of its request. */
export interface TokenRule extends RuleBase, Narrowed {
  readonly kind: "token";
  /** What its uses are counted under. */
  readonly id: string;
  /** SHA-256 of the secret, hex: the policy need not hold the secret itself. */
  readonly sha256: string;
  /** 1 unless told; null for as many as there are hosts. */
  readonly uses?: number | null;
  /** ISO 8601. */
  readonly expiresAt?: string;
  /** A re-created host may have its name again: the certificate of the one before is revoked. */
  readonly readmit?: boolean;
}

/** An extension that the request must ask for, by short name or OID. A name is no secret: narrow it. */
export interface ExtensionRule extends RuleBase, Narrowed {
  readonly kind: "extension";
  readonly extension: string;
  /** Asterisks stand for any text. */
  readonly value: string;
}

/** Puppet's policy executable: certname as argument, PEM on stdin, exit 0 signs. */
export interface ExecutableRule extends RuleBase, Narrowed {
  readonly kind: "executable";
  readonly path: string;
  /** 10 unless told. */
  readonly timeoutSeconds?: number;
}

export type AutosignRule = AllRule | NameRule | GlobRule | TokenRule | ExtensionRule | ExecutableRule;

/** Nothing is signed without a person. */
export const nothingSigned: AutosignPolicy = { rules: [] };

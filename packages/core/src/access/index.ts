export type {
  AuthorizationRule,
  AuthorizationRuleSpec,
  AuthorizationRules,
  KnownAuthorizationRules,
  StoredAuthorizationRule,
} from "./authorization-rules.js";

/** What a token's holder may do; each role includes those before it. */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** The caller after authorization. */
export interface Principal {
  readonly kind: "token" | "certificate";
  readonly name: string;
  readonly role: Role;
}

/** A token as operators see it: its secret is shown once, at creation, and stored only as a hash. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface WantedToken {
  readonly name: string;
  readonly role: Role;
  readonly secret: string;
  /** None: it lasts until it is revoked. */
  readonly expiresAt?: Date;
}

/** What is wrong with a token that somebody else made, in a sentence without its secret; undefined for a good one. */
export function tokenFault({ name, secret }: Pick<WantedToken, "name" | "secret">): string | undefined {
  // A name with a colon would be taken for a certificate's in the audit trail.
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(name)) return "A token's name has 1 to 100 letters, digits, dots, _ and -.";
  // No shorter, for it is stored as a plain hash; nothing that a header could not carry.
  if (/^[\x21-\x7e]{20,512}$/.test(secret)) return undefined;
  return "A token's secret has 20 to 512 printable ASCII characters without spaces; make one with: openssl rand -hex 32";
}

/** What it took to have a token as it was wanted. */
export type TokenChange = "none" | "made" | "altered" | "replaced";

/** Port: the operators' tokens. */
export interface ApiTokens {
  /** Stores a token whose secret is known to the caller. @throws conflict when a live token has the name. */
  add(token: { name: string; role: Role; secret: string; expiresAt?: Date }): Promise<ApiToken>;
  /**
   * Makes the live token of this name so: one that is so already stays as it is, another role or end is written into
   * it, and another secret revokes it and makes a new one.
   * @throws request-malformed for what {@link tokenFault} finds; conflict for a secret that another token has, or that a
   * revoked one had
   */
  ensure(token: WantedToken): Promise<{ readonly token: ApiToken; readonly change: TokenChange }>;
  /** The live token with this secret, or undefined: expired and revoked ones are not found. */
  find(secret: string): Promise<ApiToken | undefined>;
  list(): Promise<ApiToken[]>;
  /** By id or by the name of a live token; true when one was revoked by this call. */
  revoke(nameOrId: string): Promise<boolean>;
  /** Whether somebody can administer: a gateway without a live admin token makes one. */
  hasAdmin(): Promise<boolean>;
}

/** Whether `role` includes what `needed` may do. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

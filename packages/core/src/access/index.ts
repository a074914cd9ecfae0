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

/** Port: the operators' tokens. */
export interface ApiTokens {
  /** Stores a token whose secret is known to the caller. @throws conflict when a live token has the name. */
  add(token: { name: string; role: Role; secret: string; expiresAt?: Date }): Promise<ApiToken>;
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

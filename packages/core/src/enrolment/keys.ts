/** A shared secret that admits agents of one protocol. */
export interface EnrolmentKey {
  readonly id: string;
  readonly protocol: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** A key with its secret, for the adapter that verifies with it. Never logged, never listed. */
export interface EnrolmentSecret {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

/** Port: the enrolment keys; secrets are stored encrypted under the instance key. */
export interface EnrolmentKeys {
  /** @throws conflict when a live key of the protocol has the name */
  add(key: { protocol: string; name: string; secret: string }): Promise<EnrolmentKey>;
  /** Many at once. @throws conflict as `add` */
  addAll(keys: readonly { protocol: string; name: string; secret: string }[]): Promise<void>;
  /** The live keys of a protocol, oldest first. */
  active(protocol: string): Promise<EnrolmentSecret[]>;
  list(protocol: string): Promise<EnrolmentKey[]>;
  /** True when a live key was revoked by this call. Agents that it admitted stay. */
  revoke(protocol: string, nameOrId: string): Promise<boolean>;
}

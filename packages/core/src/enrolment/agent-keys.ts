/** A key that an agent got when it registered (REGISTER's communication key), as operators see it. */
export interface AgentKey {
  readonly id: string;
  /** GLPI-CryptoKey-ID of what it encrypts: the agentid, in lower case, of the agent or proxy that has it. */
  readonly owner: string;
  /** The node of the owner, where that has one. */
  readonly nodeId: string | null;
  /** The name of the token that it was given for. */
  readonly token: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Since when it is known that the agent has it: something came that was encrypted with it. */
  readonly confirmedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Since when an operator wants the agent to register anew. */
  readonly renewalAskedAt: Date | null;
}

/** A live key, for who opens with it. Never logged, never listed. */
export interface LiveKey extends Pick<AgentKey, "id" | "owner" | "confirmedAt" | "expiresAt" | "renewalAskedAt"> {
  /** 16 bytes. */
  readonly secret: Buffer;
}

/** Port: the keys that agents encrypt with; secrets are stored encrypted under the instance key. */
export interface AgentKeys {
  /**
   * Gives a new key for a token, and counts that as a use of it. Older keys of the owner stay until this one was used:
   * its answer may be lost.
   * @returns undefined when the token is revoked, has ended, or is used up
   */
  issue(key: {
    readonly owner: string;
    readonly tokenId: string;
    readonly seconds: number;
  }): Promise<LiveKey | undefined>;
  /**
   * The live keys of an owner, newest first, at most 2, as they were at most 5 seconds ago.
   * @param asOfNow to read them anew: another gateway may have given one a moment ago, which opens what these do not
   */
  live(owner: string, asOfNow?: boolean): Promise<readonly LiveKey[]>;
  /**
   * Notes that a message came that was encrypted with the key: the first one confirms it, and revokes the owner's older ones.
   * @param number of the message, rising with each: 0 to 2^32 - 1
   * @returns false when the key is not live any more, or the number was seen, or is over 64 behind the highest
   */
  use(id: string, number: number): Promise<boolean>;
  /** By owner and age. @throws request-malformed for a foreign cursor */
  list(page: { readonly limit: number; readonly after?: string; readonly owner?: string }): Promise<{
    readonly keys: readonly AgentKey[];
    readonly next: string | null;
  }>;
  /** The key of this id, whether it is live or not. */
  find(id: string): Promise<AgentKey | undefined>;
  /** @returns what was revoked by this call; undefined when it is not live */
  revoke(id: string): Promise<AgentKey | undefined>;
  /** Undoes what the owner's newest key was given for, when it was given at most so many seconds ago and never used. */
  undo(owner: string, seconds: number): Promise<boolean>;
  /** Wants the owner to register anew. @returns how many live keys it has */
  askRenewal(owner: string): Promise<number>;
}

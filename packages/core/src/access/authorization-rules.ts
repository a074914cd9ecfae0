/** What a rule says, in the words of its protocol: the adapter that asks it knows the form, and checks it. */
export type AuthorizationRuleSpec = Readonly<Record<string, unknown>>;

/** Who may call what of a protocol's: a rule that operators keep in the database. */
export interface AuthorizationRule {
  /** Unique, over all protocols. */
  readonly name: string;
  /** The adapter's id, such as `puppet`. */
  readonly protocol: string;
  /** Without the name. */
  readonly spec: AuthorizationRuleSpec;
}

export interface StoredAuthorizationRule extends AuthorizationRule {
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Port: the rules that operators keep in the database. Those of the configuration win over them. */
export interface AuthorizationRules {
  /** By name. */
  list(): Promise<StoredAuthorizationRule[]>;
  /**
   * Adds a rule, or puts it in the place of the one of its name. Its form is for the caller to check.
   * @throws conflict for a name that a rule of another protocol has, or beyond 1000 rules
   */
  put(rule: AuthorizationRule, by: string): Promise<StoredAuthorizationRule>;
  /** @returns false when there was none */
  remove(name: string): Promise<boolean>;
  /** By name: an identity of each, which a put leaves, and another one once it was removed and is put again. */
  identities(): Promise<ReadonlyMap<string, string>>;
  /** Another one after every change: who has read the list since it became so has read all. */
  revision(): Promise<string>;
}

/** Port: the kept rules as they were last read, for who decides on every request. */
export interface KnownAuthorizationRules {
  /** The same array as long as nothing has changed. */
  readonly current: readonly StoredAuthorizationRule[];
}

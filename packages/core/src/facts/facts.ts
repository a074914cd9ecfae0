/** What one source says of a node: any JSON object, bounded. */
export type FactTree = Readonly<Record<string, unknown>>;

export interface StoredFacts {
  /** Who said it: a protocol, such as `dsc` or `puppet`. */
  readonly source: string;
  readonly facts: FactTree;
  readonly seenAt: Date;
  readonly changedAt: Date;
}

/** Port: what nodes say about themselves. */
export interface Facts {
  /**
   * Puts facts in the place of those that the source gave before; older ones than those stored change nothing.
   * @returns false when there is no such node
   * @throws request-malformed for what is too large or too deep
   */
  put(nodeId: string, source: string, facts: FactTree, at: Date): Promise<boolean>;
  /** By source; empty when there is no such node. */
  of(nodeId: string): Promise<StoredFacts[]>;
}

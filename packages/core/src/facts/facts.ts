import type { Alias, KnownAgent } from "../nodes/index.js";

/** What one source says of a node: any JSON object, bounded. */
export type FactTree = Readonly<Record<string, unknown>>;

export interface StoredFacts {
  /** Who said it: a protocol, such as `dsc` or `puppet`. */
  readonly source: string;
  readonly facts: FactTree;
  readonly seenAt: Date;
  readonly changedAt: Date;
}

export interface AgentWithFacts {
  readonly agent: KnownAgent;
  /** The text of a JSON object; undefined where nothing was said. */
  readonly text: string | undefined;
  /** Whether something that the agent handed in is not processed yet, facts perhaps. */
  readonly isWaiting: boolean;
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
  /**
   * An agent with what one source says of its node: for who passes that on, in one question.
   * @returns undefined where there is no such agent
   */
  ofAgent(alias: Alias, source: string): Promise<AgentWithFacts | undefined>;
}

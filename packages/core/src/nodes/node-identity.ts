import type { ConflictKind, Decision, Proof, Trust } from "./identity/types.js";
import type { AgentFamily, EvidenceKind } from "./types.js";

/** Why an agent is on its node. */
export interface AgentDecision {
  readonly agentId: string;
  readonly at: Date;
  /** `policy`, or the operator who moved it. */
  readonly by: string;
  /** Null where an operator said so, or where it came before decisions were kept. */
  readonly decision: Decision | null;
  /** The merge, split or undo that brought it here. */
  readonly changeId: string | null;
}

/** One piece of what a node is known by, and by whom. */
export interface NodeEvidence {
  readonly kind: EvidenceKind;
  readonly value: string;
  readonly proof: Proof;
  readonly agentId: string;
  readonly family: AgentFamily;
  readonly trust: Trust;
  readonly seenAt: Date;
  /** False for what means nothing: placeholders, addresses that everybody has. */
  readonly counts: boolean;
}

/** Two nodes that may be one machine: a person says. */
export interface IdentityConflict {
  readonly id: string;
  readonly kind: ConflictKind;
  /** 0 to 100: how much speaks for one machine. */
  readonly score: number;
  /** The one whose agent knocked. */
  readonly node: { readonly id: string; readonly name: string };
  readonly other: { readonly id: string; readonly name: string };
  readonly why: string;
  readonly raisedAt: Date;
}

export interface IdentityConflictPage {
  readonly conflicts: readonly IdentityConflict[];
  readonly next: string | null;
}

/** A merge or a split, as it can be undone. */
export interface IdentityChange {
  readonly id: string;
  readonly kind: "merge" | "split";
  readonly at: Date;
  readonly by: string;
  /** merge: the one that took the other in; split: the one that agents were taken from. */
  readonly node: { readonly id: string; readonly name: string };
  /** merge: the one that went; split: the one that was made. */
  readonly other: { readonly id: string; readonly name: string };
  /** Ids of the agents that moved. */
  readonly agents: readonly string[];
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

export interface IdentityChangePage {
  readonly changes: readonly IdentityChange[];
  readonly next: string | null;
}

/** Port: which node an agent is on, where people look into it and change it. */
export interface NodeIdentity {
  /** The newest decision of each agent of a node. */
  decisions(nodeId: string): Promise<AgentDecision[]>;
  evidence(nodeId: string): Promise<NodeEvidence[]>;
  /** Conflicts that wait, the newest first. @throws request-malformed for a foreign cursor */
  conflicts(page: { limit: number; after?: string }): Promise<IdentityConflictPage>;
  /** How many wait. */
  openConflicts(): Promise<number>;
  /**
   * They are two machines: it is not asked again of these two.
   * @returns undefined when no such conflict waits
   */
  dismiss(conflictId: string, by: string): Promise<IdentityConflict | undefined>;
  /**
   * Takes a node into another: its agents with all that they handed in, and those of its labels and settings that the
   * other has not. Its id goes on leading to the other.
   * @throws not-found; conflict with the reason why they cannot be merged now
   */
  merge(nodeId: string, fromId: string, by: string): Promise<IdentityChange>;
  /**
   * Takes agents off a node onto a new one, which has no labels and no settings. The two are not asked about again.
   * @throws not-found; conflict for all of its agents, none, or one that is not there
   */
  split(nodeId: string, agentIds: readonly string[], by: string): Promise<IdentityChange>;
  /**
   * Makes a merge or a split undone.
   * @returns undefined when there is none with this id
   * @throws conflict with the reason where later changes stand against it
   */
  undo(changeId: string, by: string): Promise<IdentityChange | undefined>;
  /** The newest first. @throws request-malformed for a foreign cursor */
  changes(page: { limit: number; after?: string }, filter?: { nodeId?: string }): Promise<IdentityChangePage>;
}

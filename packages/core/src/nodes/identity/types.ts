import type { AgentFamily, Evidence, EvidenceKind, NodeState } from "../types.js";

/**
 * How an agent got in, the weakest first. anonymous: nobody asked; key: with a key that many share; secret: with one of
 * its own; certificate: one of our authority's; operator: somebody said so.
 */
export const trustLevels = ["anonymous", "key", "secret", "certificate", "operator"] as const;
export type Trust = (typeof trustLevels)[number];

/** Whether one is at least as much as the other. */
export const isTrusted = (trust: Trust, least: Trust): boolean =>
  trustLevels.indexOf(trust) >= trustLevels.indexOf(least);

/**
 * How a piece of evidence is known, the weakest first. claimed: the agent said it; observed: we saw it, as the other end
 * of its connection; attested: it stands in a certificate that our authority signed.
 */
export const proofs = ["claimed", "observed", "attested"] as const;
export type Proof = (typeof proofs)[number];

/** Who knocks: an agent under an alias that nobody has, or a host that was collected. */
export interface Newcomer {
  /** Null for a host without an agent. */
  readonly family: AgentFamily | null;
  readonly trust: Trust;
  readonly evidence: readonly Evidence[];
  /** True: it joins no node, whatever it looks like; people are asked about those that it would have joined. */
  readonly quarantined?: boolean;
}

/** A node that has some of the evidence. */
export interface Candidate {
  readonly nodeId: string;
  readonly name: string;
  readonly state: NodeState;
  readonly agents: readonly {
    readonly agentId: string;
    readonly family: AgentFamily;
    readonly trust: Trust;
    readonly lastSeen: Date | null;
  }[];
  /** With the agent that brought it. */
  readonly evidence: readonly (Evidence & { readonly agentId: string })[];
}

/** Evidence in the form in which it is compared. */
export interface Item extends Required<Evidence> {
  /** What it is looked up by: the same for all that may mean the same. At most 255 characters. */
  readonly key: string;
}

/** Evidence that does not count. */
export interface Ignored {
  readonly kind: EvidenceKind;
  readonly value: string;
  readonly why: string;
}

/** What counted for or against a candidate. */
export interface Counted {
  readonly kind: EvidenceKind;
  /** The newcomer's. */
  readonly value: string;
  /** Such as `fqdn`, `host`, `mac`; `differs` where it counts against. */
  readonly as: string;
  /** Negative where it counts against. */
  readonly points: number;
  /** False where the one side or the other may have just said so. */
  readonly proven: boolean;
}

/**
 * Why a node that fits is not taken: clone: an agent of the same family is alive there; reinstalled: there is one, long
 * silent; unproven: all that is the same may have been copied; ambiguous: another one fits as well; deactivated: an
 * operator took it out of service; uncertain: too little is the same; moved: a known agent fits it better than its own.
 */
export const conflictKinds = [
  ...(["clone", "reinstalled", "unproven", "ambiguous", "deactivated", "uncertain", "moved"] as const),
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

export interface Considered {
  readonly nodeId: string;
  readonly name: string;
  /** 0 to 100. */
  readonly score: number;
  readonly counted: readonly Counted[];
  readonly obstacle: Exclude<ConflictKind, "ambiguous" | "uncertain" | "moved"> | null;
}

export interface ConflictFound {
  readonly nodeId: string;
  readonly kind: ConflictKind;
  readonly score: number;
}

/** Where a newcomer belongs, with all that led to it: it is stored as it is. */
export interface Decision {
  readonly outcome: "join" | "new";
  /** The node joined. */
  readonly nodeId: string | null;
  /** 0 to 100: that it is this node, or that it is none of those that there are. */
  readonly confidence: number;
  /** One sentence. */
  readonly why: string;
  /** The best first, at most five. */
  readonly considered: readonly Considered[];
  readonly ignored: readonly Ignored[];
  readonly conflicts: readonly ConflictFound[];
}

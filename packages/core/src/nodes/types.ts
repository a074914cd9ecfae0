import type { Proof, Trust } from "./identity/types.js";

/** The families of agents: a node may run one of each and more. */
export const agentFamilies = ["dsc", "puppet", "inventory"] as const;
export type AgentFamily = (typeof agentFamilies)[number];

/**
 * active: its agents call; expired: they have been silent for longer than the policy allows, and their next call makes
 * it active again; deactivated: out of service by an operator's word, its agents are refused until an operator
 * activates it; quarantined: an agent made it that proved nothing, or that a person is to look at: what it hands in is kept and
 * not processed until an operator activates the node. A purged node is gone with all that was stored of it.
 */
export const nodeStates = ["active", "expired", "deactivated", "quarantined"] as const;
export type NodeState = (typeof nodeStates)[number];

/** A name that an agent gives itself; compared without regard to case. */
export interface Alias {
  readonly family: AgentFamily;
  readonly kind: string;
  readonly value: string;
}

export const evidenceKinds = ["name", "address", "mac", "serial", "uuid"] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** A fact that ties an agent to a node: its name, an address, a serial. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly value: string;
  /** `claimed` where nothing is said. */
  readonly proof?: Proof;
}

/** What a protocol keeps about its agent. Small: it is read at every check-in. */
export type AgentAttributes = Readonly<Record<string, unknown>>;

/** What rules may see of an agent; small. What an enrolment does not state is not there. */
export interface AgentTraits {
  readonly version?: string;
  /** Words that the agent says of itself. */
  readonly tags?: readonly string[];
  readonly installedTasks?: readonly string[];
  readonly enabledTasks?: readonly string[];
  /** Of its certificate, by short name or OID, such as pp_role. */
  readonly extensions?: Readonly<Record<string, string>>;
}

/** What a node was given by hand, by setting: `dsc.configurations` and the like. */
export type NodeSettings = Readonly<Record<string, unknown>>;

/** An agent as its protocol's router needs it at a check-in. */
export interface KnownAgent {
  readonly agentId: string;
  readonly nodeId: string;
  readonly attributes: AgentAttributes;
  readonly settings: NodeSettings;
  readonly state: NodeState;
  /** How it got in, at its best. */
  readonly trust: Trust;
  /** Changes with everything about the node that a rule can see or that settles what it gets. */
  readonly revision: number;
  /** Changes with every change of a group. */
  readonly groupsRevision: number;
  /** Whether jobs of it are open, due or not: for who asks for them. */
  readonly hasWork: boolean;
}

/** How an agent's newest run went. */
export interface LatestReport {
  readonly reportId: string;
  /** A status of the reports, such as `success`. */
  readonly status: string;
  readonly at: Date;
}

/** What operators call a node by: free key and value pairs. */
export type Labels = Readonly<Record<string, string>>;

export interface AgentView {
  readonly id: string;
  readonly family: AgentFamily;
  readonly aliases: readonly Alias[];
  readonly attributes: AgentAttributes;
  readonly firstSeen: Date;
  readonly lastSeen: Date | null;
  /** How it got in. */
  readonly trust: Trust;
  /** Whether it called within the last three days. */
  readonly isAlive: boolean;
  readonly latestReport: LatestReport | null;
}

/** A node as operators see it. */
export interface NodeView {
  readonly id: string;
  readonly name: string;
  readonly state: NodeState;
  /** Since when it has its state, and by whom: an operator's name, `policy` or `enrolment`. */
  readonly stateSince: Date;
  readonly stateBy: string;
  readonly labels: Labels;
  readonly createdAt: Date;
  readonly lastSeen: Date | null;
  readonly agents: readonly AgentView[];
  readonly evidence: readonly Evidence[];
  readonly settings: NodeSettings;
}

/** What a list of nodes is narrowed to; what is left out does not narrow. */
export interface NodeFilter {
  readonly state?: NodeState;
  /** The beginning of the name, without regard to case. */
  readonly name?: string;
  /** Every one of these labels with this value. */
  readonly labels?: Labels;
  /** It runs an agent of this family. */
  readonly family?: AgentFamily;
  /** The newest run of one of its agents has this status. */
  readonly reportStatus?: string;
  /** No agent of it was seen since. */
  readonly notSeenSince?: Date;
}

/** A place in a sorted list of nodes. */
export interface NodeListPage {
  readonly limit: number;
  readonly after?: string;
  /** `name` unless told, or a fact that `search.indexed` declares, such as `facts.os.family`: nodes without it come last. */
  readonly sort?: string;
}

/** One way in which an agent got in, with the key that admitted it. */
export interface Registration {
  readonly agentId: string;
  readonly role: string;
  readonly keyName: string | null;
  readonly keyRevoked: boolean;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What was deleted with a node. */
export interface Purged {
  readonly nodeId: string;
  readonly name: string;
  readonly agents: number;
  readonly reports: number;
}

export interface NodePage {
  readonly nodes: readonly NodeView[];
  /** Hand it back as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

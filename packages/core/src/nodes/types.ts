/** The families of agents: a node may run one of each and more. */
export const agentFamilies = ["dsc", "puppet", "inventory"] as const;
export type AgentFamily = (typeof agentFamilies)[number];

export type NodeState = "active" | "expired" | "deactivated" | "purged";

/** A name that an agent gives itself; compared without regard to case. */
export interface Alias {
  readonly family: AgentFamily;
  readonly kind: string;
  readonly value: string;
}

/** A fact that ties an agent to a node: its name, an address, a serial. */
export interface Evidence {
  readonly kind: "name" | "address" | "mac" | "serial" | "uuid";
  readonly value: string;
}

/** What a protocol keeps about its agent. Small: it is read at every check-in. */
export type AgentAttributes = Readonly<Record<string, unknown>>;

/** What a node was given by hand, by setting: `dsc.configurations` and the like. */
export type NodeSettings = Readonly<Record<string, unknown>>;

/** An agent as its protocol's router needs it at a check-in. */
export interface KnownAgent {
  readonly agentId: string;
  readonly nodeId: string;
  readonly attributes: AgentAttributes;
  readonly settings: NodeSettings;
}

export interface AgentView {
  readonly id: string;
  readonly family: AgentFamily;
  readonly aliases: readonly Alias[];
  readonly attributes: AgentAttributes;
  readonly firstSeen: Date;
  readonly lastSeen: Date | null;
}

/** A node as operators see it. */
export interface NodeView {
  readonly id: string;
  readonly name: string;
  readonly state: NodeState;
  readonly createdAt: Date;
  readonly lastSeen: Date | null;
  readonly agents: readonly AgentView[];
  readonly evidence: readonly Evidence[];
  readonly settings: NodeSettings;
}

export interface NodePage {
  readonly nodes: readonly NodeView[];
  /** Hand it back as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

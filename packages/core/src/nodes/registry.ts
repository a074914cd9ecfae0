import type { Trust } from "./identity/types.js";
import type {
  AgentAttributes,
  AgentFamily,
  AgentTraits,
  Alias,
  Evidence,
  KnownAgent,
  Labels,
  NodeFilter,
  NodeListPage,
  NodePage,
  NodeSettings,
  NodeState,
  NodeView,
  Purged,
  Registration,
} from "./types.js";

/** First trust of an agent, or its renewal. */
export interface Enrolment {
  readonly alias: Alias;
  /**
   * What it is called besides. One that nobody has becomes its own; one that an agent of another node has stays with that,
   * and people are asked whether the one is a clone of the other.
   */
  readonly otherAliases?: readonly Alias[];
  readonly nodeName: string;
  readonly evidence: readonly Evidence[];
  /** Evidence of kinds that it does not name stays: it says who calls, and nothing of the machine. */
  readonly keepsEvidence?: boolean;
  /** What vouches for it. It never falls: an agent that is known stays as trusted as it was. */
  readonly trust: Trust;
  /** A new agent makes a node of its own, in quarantine, whatever it looks like; nothing for one that is known. */
  readonly quarantined?: boolean;
  /** Which of the agent's roles this is about (DSC: the RegistrationMessageType). */
  readonly role: string;
  /** The enrolment key that admitted it. */
  readonly keyId: string | null;
  /** What the agent said, kept for operators: one per role, the last one wins. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** What rules may see of the agent; takes the place of what was there when given. */
  readonly traits?: AgentTraits;
  /** The agent's attributes after this enrolment, given those before it ({} for a new agent). Pure. */
  readonly merge: (before: AgentAttributes) => AgentAttributes;
}

export interface EnrolmentResult {
  readonly agentId: string;
  readonly nodeId: string;
  readonly created: boolean;
}

/** Port: which agents and nodes there are. */
export interface NodeRegistry {
  /**
   * Makes or renews an agent under its alias, whole or not at all. A new one joins the node that its evidence fits, or
   * makes one ({@link decide}); a known one stays where it is, whatever it says. Concurrent enrolments of one alias, or
   * of one machine's several agents, take turns: they make one node.
   */
  enrol(enrolment: Enrolment): Promise<EnrolmentResult>;
  /** The agent with this alias. One prepared statement: it is asked at every check-in. */
  findAgent(alias: Alias): Promise<KnownAgent | undefined>;
  /**
   * The agent with this alias as it was at most 5 seconds ago: for the downloads that follow a check-in within the
   * second. What this process changed itself is seen at once, what another replica changed after those 5 seconds.
   */
  recentAgent(alias: Alias): Promise<KnownAgent | undefined>;
  /** Agents whose alias of this kind begins so, at most 2: of a name that came cut off. @param begin at least 8 characters */
  findAgentsBeginning(family: AgentFamily, kind: string, begin: string): Promise<KnownAgent[]>;
  /** Notes that the agent called. Batched: it may reach the database a second later, and is dropped when it cannot. */
  touch(agentId: string, at: Date): void;
  /**
   * Nodes by name or a fact, at most `limit`, after the cursor of the page before.
   * @throws request-malformed for a foreign cursor, also one of another sorting, and for a fact that is not indexed
   */
  list(page: NodeListPage, filter?: NodeFilter): Promise<NodePage>;
  /** The node with this id (also that of a node that was merged into it), else with this alias, else those with this name: several (11 at the most) when it is not unique. */
  find(reference: string): Promise<NodeView[]>;
  /** Gives a node a setting by hand, or takes it away with `undefined`. False when there is no such node. */
  setSetting(nodeId: string, setting: string, value: NodeSettings[string] | undefined): Promise<boolean>;
  /**
   * Changes an agent's attributes, one change at a time.
   * @param change undefined when it does not fit what is stored any more
   * @throws conflict when another change is under way, or `change` does not fit; not-found
   */
  amendAgent(alias: Alias, change: (before: AgentAttributes) => AgentAttributes | undefined): Promise<void>;
  /** Sets labels, and takes those away whose value is null. @returns the labels after it; undefined when there is no such node */
  label(nodeId: string, labels: Readonly<Record<string, string | null>>): Promise<Labels | undefined>;
  /**
   * By an operator's word, or by what an agent proved. False when there is no such node.
   * @param held what becomes of that which a quarantined node's agents handed in, when it becomes active: processed unless told.
   *   `dropped`: nobody vouches for it
   */
  setState(
    nodeId: string,
    state: Exclude<NodeState, "expired">,
    by: string,
    held?: "processed" | "dropped",
  ): Promise<boolean>;
  /**
   * Puts an agent that proved nothing in quarantine: with its node, or, where it joined others, on a new node of its own.
   * @returns false when there is no such agent @throws overloaded when too many nodes are there
   */
  quarantine(agentId: string, by: string): Promise<boolean>;
  /** Deletes a node with its agents, reports, submissions and dead letters. @returns undefined when there is no such node */
  purge(nodeId: string): Promise<Purged | undefined>;
  /** How many nodes there are in each state, and how many agents by the status of their newest report. */
  counts(): Promise<{
    readonly nodes: Readonly<Record<NodeState, number>>;
    readonly latestReports: Readonly<Record<string, number>>;
  }>;
  /** How its agents got in. */
  registrations(nodeId: string): Promise<Registration[]>;
}

/** Port: the policy that ages nodes. */
export interface NodeLifeCycle {
  /** Active nodes whose agents have all been silent for this long become expired. @returns how many */
  expire(silentSeconds: number): Promise<number>;
  /** Purges nodes that have been expired or deactivated for this long, at most `limit` in one go. */
  purgeOld(seconds: number, limit: number): Promise<Purged[]>;
  /** Purges quarantined nodes whose agents have all been silent for this long: nobody let them in, and they ask no more. */
  purgeSilentQuarantined(silentSeconds: number, limit: number): Promise<Purged[]>;
}

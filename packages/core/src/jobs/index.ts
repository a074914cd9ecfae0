import type { KnownAgent } from "../nodes/index.js";

/** One piece of work for an agent, as the protocols hand it over. */
export interface AgentWork {
  /** The job's id. */
  readonly id: string;
  /** The agent's task that does it, in lower case: `deploy`, `collect`, `esx`, `netdiscovery`, `netinventory`, `wakeonlan`. */
  readonly task: string;
}

/** Port: what an agent should do besides what its groups say. */
export interface Work {
  /** In the order in which it should be done; empty for nothing. */
  workFor(agent: KnownAgent): Promise<readonly AgentWork[]>;
}

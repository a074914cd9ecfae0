import type { KnownAgent } from "../nodes/index.js";
import type { Explanation, FactsOnTheirWay, GroupDraft, Members, Resolution, ResolvedSettings } from "./types.js";

/** Port: which settings a node gets. */
export interface Assignments {
  /**
   * What the agent's node gets. Free of cost for a node that did not change since it was asked last, never older than
   * the agent's own record.
   */
  of(agent: KnownAgent): Promise<ResolvedSettings>;
  /**
   * The same, with where the node's groups do not agree.
   * @param saying facts that are on their way into the store: what the agent's node gets once they are there
   */
  resolved(agent: KnownAgent, saying?: FactsOnTheirWay): Promise<Resolution>;
  /** @returns undefined when there is no such node */
  explain(nodeId: string): Promise<Explanation | undefined>;
  /** The nodes of a group. @returns undefined when there is no such group @throws request-malformed for a foreign cursor */
  members(group: string, page: { limit: number; after?: string }): Promise<Members | undefined>;
  /**
   * The nodes that a group would take.
   * @throws request-malformed when it does not fit, or for a foreign cursor; not-found for a parent that is not there
   */
  test(draft: GroupDraft, page: { limit: number; after?: string }): Promise<Members>;
}

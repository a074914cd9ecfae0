import type { Rule } from "../expression/index.js";
import type { NodeFilter, NodeListPage, NodePage } from "../nodes/index.js";

/** What a list of nodes is narrowed to, by a rule too. */
export interface NodeQuery extends NodeFilter {
  readonly where?: Rule;
}

/** Port: lists of nodes. Beside {@link Groups} and not with the nodes, who know of no rules. */
export interface NodeSearch {
  /**
   * Nodes by name or a fact, at most `limit`, after the cursor of the page before.
   * @throws request-malformed for a foreign cursor, also one of another sorting, and for a fact that is not indexed
   */
  list(page: NodeListPage, query?: NodeQuery): Promise<NodePage>;
}

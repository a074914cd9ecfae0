import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeRegistry, NodeView } from "@gatehouse/core/nodes";
import type { ApiDeps } from "./deps.js";

/** Milliseconds that a read waits for what an agent handed in last. */
const SETTLE_MS = 2_000;
const MOST_BIGINT = 2n ** 63n - 1n;

/** How an operator names a node. */
export const NODE_PART = "Name, id or alias.";

/** The one node that an operator means. @throws not-found, conflict when several have the name */
export async function nodeOf(
  { registry }: { readonly registry: Pick<NodeRegistry, "find"> },
  reference: string,
): Promise<NodeView> {
  const [node, ...others] = await registry.find(reference);
  if (node === undefined) throw new GatehouseError("not-found", "There is no node with this name, id or alias.");
  if (others.length === 0) return node;
  const ids = [node, ...others]
    .slice(0, 10)
    .map(({ id }) => id)
    .join(", ");
  throw new GatehouseError("conflict", `Several nodes have this name; say which by its id: ${ids}.`);
}

/**
 * Waits a little until what a node's agents handed in is processed, so that a read after a write sees it.
 * @returns whether all of it is
 */
export async function settle({ submissions }: Pick<ApiDeps, "submissions">, node: NodeView): Promise<boolean> {
  const settled = await Promise.all(node.agents.map(({ id }) => submissions.settled(id, SETTLE_MS)));
  return settled.every((one) => one);
}

/** @throws not-found for what is no number that the database gives out: asking it would be a fault */
export function rowId(text: string, thing: string): string {
  if (/^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= MOST_BIGINT) return text;
  throw gone(thing);
}

export const gone = (thing: string): GatehouseError =>
  new GatehouseError("not-found", `There is no ${thing} with this id.`);

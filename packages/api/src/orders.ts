import { GatehouseError } from "@gatehouse/core/errors";
import { type CreatedOrder, type JobOrder, type Jobs, type NewOrder, orderFault } from "@gatehouse/core/jobs";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { ApiDeps } from "./deps.js";
import { nodeOf } from "./resolve.js";

/** Nodes that are looked up at once. */
const AT_ONCE = 8;
/** Characters of a spec that the audit trail has in full; the order has it whole in any case. */
const AUDITED = 16_384;

interface Deps {
  readonly audit: Pick<ApiDeps["audit"], "record">;
  readonly jobs: Pick<Jobs, "create">;
}

interface Finding {
  readonly registry: Pick<NodeRegistry, "find">;
}

/**
 * Makes an order, and notes who did and what is to be done.
 * @throws request-malformed for what {@link orderFault} finds, and what the port throws
 */
export async function placeOrder({ jobs, audit }: Deps, order: NewOrder, actor: string): Promise<CreatedOrder> {
  const fault = orderFault(order);
  if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
  const made = await jobs.create(order, actor);
  await audit.record({ actor, action: "job.create", subject: made.order.id, detail: auditedOrder(made) });
  return made;
}

/** What the audit trail says of an order. Specs name credentials, and hold none. */
export function auditedOrder({ order, jobs, leftCount }: CreatedOrder): Record<string, unknown> {
  const { name, work, target, notBefore, perMinute, wake = false } = order;
  const spec = JSON.stringify(work.spec).length > AUDITED ? { tooLong: true } : work.spec;
  const whom = "group" in target ? { group: target.group } : { nodes: target.nodes.slice(0, 100) };
  return { name, task: work.task, spec, ...whom, notBefore, perMinute, wake, jobs, left: leftCount };
}

/** An order as it is told in lists: without what may be long. */
export function orderSummary({ work, target, wake = false, ...rest }: JobOrder) {
  const { id, name, notBefore, perMinute, waitSeconds, silenceSeconds, createdAt, createdBy, counts } = rest;
  return {
    ...{ id, name, task: work.task, notBefore, perMinute, waitSeconds, silenceSeconds, wake, createdAt, createdBy },
    group: "group" in target ? target.group : null,
    nodes: "nodes" in target ? target.nodes.length : null,
    counts,
  };
}

/** An order as it is told by itself. */
export const orderView = (order: JobOrder) => ({ ...orderSummary(order), work: order.work });

export const createdOrder = ({ order, jobs, left, leftCount }: CreatedOrder) => ({
  ...{ order: orderView(order), jobs, leftCount },
  left: left.slice(0, 100),
});

/** The ids of the nodes that an operator means, each once. @throws not-found and conflict, saying of which */
export async function nodeIdsOf(deps: Finding, references: readonly string[]): Promise<string[]> {
  const ids = new Map<number, string>();
  const waiting = references.entries();
  const worker = async () => {
    for (const [i, reference] of waiting) ids.set(i, (await named(deps, reference)).id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return [...new Set(references.flatMap((_, i) => ids.get(i) ?? []))];
}

async function named(deps: Finding, reference: string) {
  try {
    return await nodeOf(deps, reference);
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError) || thrown.status >= 500) throw thrown;
    throw new GatehouseError(thrown.code, `${reference}: ${thrown.message}`);
  }
}

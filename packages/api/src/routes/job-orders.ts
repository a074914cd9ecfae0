import { GatehouseError } from "@gatehouse/core/errors";
import type { JobTarget } from "@gatehouse/core/jobs";
import { storable } from "../apply/bounds.js";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { CancelledJobs, CreatedJobOrder, JobOrder, JobOrderPage, NewJobOrder, WakeNode } from "../models/job.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { dateOf } from "../operation/parameters.js";
import { createdOrder, nodeIdsOf, orderSummary, orderView, placeOrder } from "../orders.js";
import { NODE_PART, nodeOf } from "../resolve.js";

const ORDER_PART = "Name or id.";
/** Bytes: an inventory of 1000 devices, for 1000 nodes. */
const ORDER_LIMIT = 1 << 20;

export const listJobOrders = operation({
  id: "api.job-orders.list",
  method: "GET",
  path: "/job-orders",
  parts: {},
  summary: "What operators want done, newest first, with how far it is",
  role: "viewer",
  query: page(500),
  answers: { 200: json("A page of orders.", JobOrderPage) },
  handle:
    ({ jobs }) =>
    async ({ query: { limit, after } }) => {
      const { orders, next } = await jobs.orders({ limit, ...given({ after }) });
      return ok({ orders: orders.map(orderSummary), next });
    },
});

export const createJobOrder = operation({
  id: "api.job-orders.create",
  method: "POST",
  path: "/job-orders",
  parts: {},
  summary: "Have something done by one agent of each node",
  description:
    "All jobs are made, or none. A node's job is for the agent that can do the task and was seen last; nodes in quarantine or out of service get none. What runs code or carries credentials goes to proven agents only, unless the gateway is told otherwise.",
  role: "operator",
  body: NewJobOrder,
  bodyLimit: ORDER_LIMIT,
  answers: { 201: json("The order, and the nodes that it makes no job for.", CreatedJobOrder) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ body, actor }) => {
      const { nodes, group, notBefore, ...same } = storable(body);
      const due = notBefore === undefined ? undefined : dateOf("notBefore", notBefore);
      const target = await targetOf(deps, { nodes, group });
      const order = { ...given(same), work: same.work, target, ...given({ notBefore: due }) };
      return created(createdOrder(await placeOrder(deps, order, actor)));
    },
});

export const wakeNode = operation({
  id: "api.nodes.wake",
  method: "POST",
  path: "/nodes/{node}/wake",
  parts: { node: NODE_PART },
  summary: "Have a node's agent come now",
  description:
    "Over the wait that it holds, else by its own port; where neither works it comes at its time. It is an order of task `wake`, whose job tells what was tried. For many nodes, make such an order with `perMinute`.",
  role: "operator",
  body: WakeNode,
  answers: { 201: json("The order.", CreatedJobOrder) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, body: { tasks = ["inventory"], waitSeconds }, actor }) => {
      const { id } = await nodeOf(deps, path.node);
      const work = { task: "wake", spec: { tasks } } as const;
      const order = { work, target: { nodes: [id] }, ...given({ waitSeconds }) };
      return created(createdOrder(await placeOrder(deps, order, actor)));
    },
});

export const showJobOrder = operation({
  id: "api.job-orders.show",
  method: "GET",
  path: "/job-orders/{order}",
  parts: { order: ORDER_PART },
  summary: "One order, with what is to be done and how far it is",
  role: "viewer",
  answers: { 200: json("The order.", JobOrder) },
  handle:
    (deps) =>
    async ({ path }) =>
      ok(orderView(await orderOf(deps, path.order))),
});

export const cancelJobOrder = operation({
  id: "api.job-orders.cancel",
  method: "POST",
  path: "/job-orders/{order}/cancel",
  parts: { order: ORDER_PART },
  summary: "End an order's open jobs; what runs on a machine already is not stopped",
  role: "operator",
  answers: { 200: json("How many.", CancelledJobs) },
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const { id, name } = await orderOf(deps, path.order);
      const cancelled = await deps.jobs.cancel({ orderId: id }, actor);
      if (cancelled > 0)
        await deps.audit.record({ actor, action: "job.cancel", subject: id, detail: { name, jobs: cancelled } });
      return ok({ cancelled });
    },
});

/** @throws not-found */
export async function orderOf({ jobs }: Pick<ApiDeps, "jobs">, reference: string) {
  const order = await jobs.order(reference);
  if (order === undefined) throw new GatehouseError("not-found", "There is no order with this name or id.");
  return order;
}

async function targetOf(
  deps: ApiDeps,
  { nodes, group }: { readonly nodes: readonly string[] | undefined; readonly group: string | undefined },
): Promise<JobTarget> {
  if (nodes !== undefined && group === undefined) return { nodes: await nodeIdsOf(deps, nodes) };
  if (group !== undefined && nodes === undefined) return { group };
  throw new GatehouseError("request-malformed", "An order is for `nodes` or for a `group`: say one of them.");
}

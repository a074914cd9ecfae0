import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeView } from "@gatehouse/core/nodes";
import type { ApiDeps } from "../deps.js";
import { Node, Purged } from "../models/node.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { NODE_PART, nodeOf } from "../resolve.js";

const common = {
  parts: { node: NODE_PART },
  answers: { 200: json("The node after it.", Node) },
  refusals: [409],
} as const;

export const deactivateNode = operation({
  ...common,
  id: "api.nodes.deactivate",
  method: "POST",
  path: "/nodes/{node}/deactivate",
  summary: "Take a node out of service",
  description: "Its agents are refused until it is activated.",
  role: "operator",
  handle:
    (deps) =>
    async ({ path, actor }) =>
      ok(await change(deps, path.node, "deactivated", actor)),
});

export const activateNode = operation({
  ...common,
  id: "api.nodes.activate",
  method: "POST",
  path: "/nodes/{node}/activate",
  summary: "Take a node into service again",
  role: "operator",
  handle:
    (deps) =>
    async ({ path, actor }) =>
      ok(await change(deps, path.node, "active", actor)),
});

export const purgeNode = operation({
  ...common,
  id: "api.nodes.purge",
  method: "DELETE",
  path: "/nodes/{node}",
  summary: "Delete a node with everything that is stored of it",
  role: "admin",
  answers: { 200: json("What was deleted.", Purged) },
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const { id, state, labels } = await nodeOf(deps, path.node);
      const purged = await deps.registry.purge(id);
      if (purged === undefined) throw goneMeanwhile();
      const { name, agents, reports } = purged;
      await deps.audit.record({
        actor,
        action: "node.purge",
        subject: id,
        detail: { name, state, labels, agents, reports },
      });
      return ok(purged);
    },
});

async function change(
  deps: ApiDeps,
  reference: string,
  state: "active" | "deactivated",
  actor: string,
): Promise<NodeView> {
  const before = await nodeOf(deps, reference);
  // It keeps since when and by whom, and there is nothing for the audit trail.
  if (before.state === state) return before;
  if (!(await deps.registry.setState(before.id, state, actor))) throw goneMeanwhile();
  await deps.audit.record({
    actor,
    action: state === "active" ? "node.activate" : "node.deactivate",
    subject: before.id,
    detail: { before: before.state, after: state },
  });
  return nodeOf(deps, before.id);
}

const goneMeanwhile = () => new GatehouseError("not-found", "The node was purged in between.");

import { GatehouseError } from "@gatehouse/core/errors";
import type { Labels } from "@gatehouse/core/nodes";
import { LabelChange, MOST_LABELS, NodeLabels } from "../models/node.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { NODE_PART, nodeOf } from "../resolve.js";

export const labelNode = operation({
  id: "api.nodes.label",
  method: "POST",
  path: "/nodes/{node}/labels",
  parts: { node: NODE_PART },
  summary: "Set labels of a node, and take labels away",
  description: `At most ${MOST_LABELS} labels in one call.`,
  role: "operator",
  body: LabelChange,
  answers: { 200: json("The labels after it.", NodeLabels) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, body: { set = {}, remove = [] }, actor }) => {
      const changes = changesOf(set, remove);
      const node = await nodeOf(deps, path.node);
      const labels = await deps.registry.label(node.id, changes);
      if (labels === undefined) throw new GatehouseError("not-found", "The node was purged in between.");
      const keys = Object.keys(changes);
      await deps.audit.record({
        actor,
        action: "node.label",
        subject: node.id,
        detail: { before: valuesOf(node.labels, keys), after: valuesOf(labels, keys) },
      });
      return ok({ labels });
    },
});

/** The labels to set; null for those to take away. @throws request-malformed when there is none, too many, or both of one */
function changesOf(set: Labels, remove: readonly string[]): Record<string, string | null> {
  const both = remove.find((key) => Object.hasOwn(set, key));
  if (both !== undefined)
    throw new GatehouseError("request-malformed", `The label ${both} is to be set and to be taken away.`);
  const entries = [...Object.entries(set), ...remove.map((key) => [key, null] as const)];
  if (entries.length === 0) throw new GatehouseError("request-malformed", "There is no label to set or to take away.");
  if (entries.length > MOST_LABELS)
    throw new GatehouseError("request-malformed", `One call changes ${MOST_LABELS} labels at the most.`);
  return Object.fromEntries(entries);
}

/** `__proto__` may be a key: what is no own property has no value. */
const valuesOf = (labels: Labels, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, Object.hasOwn(labels, key) ? labels[key] : null]));

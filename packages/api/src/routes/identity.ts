import { GatehouseError } from "@gatehouse/core/errors";
import type { IdentityChange as Change, NodeView } from "@gatehouse/core/nodes";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { IdentityChange, IdentityChangePage, Merge, Split } from "../models/identity.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { text } from "../operation/schema.js";
import { gone, NODE_PART, nodeOf, rowId } from "../resolve.js";

export const mergeNodes = operation({
  id: "api.nodes.merge",
  method: "POST",
  path: "/nodes/{node}/merge",
  parts: { node: NODE_PART },
  summary: "Take another node into this one: they are one machine",
  description:
    "The other's agents come with all that they handed in, and its labels and settings where this one has none of the key. Its id goes on leading here. It can be undone.",
  role: "operator",
  body: Merge,
  answers: { 200: json("What was done; its id undoes it.", IdentityChange) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, body, actor }) => {
      const node = await nodeOf(deps, path.node);
      const from = await nodeOf(deps, body.from);
      const change = await deps.identity.merge(node.id, from.id, actor);
      await record(deps, actor, "node.merge", change);
      return ok(change);
    },
});

export const splitNode = operation({
  id: "api.nodes.split",
  method: "POST",
  path: "/nodes/{node}/split",
  parts: { node: NODE_PART },
  summary: "Take agents off a node onto a new one: they are two machines",
  description: "The new node has no labels and no settings. Nobody is asked about the two again. It can be undone.",
  role: "operator",
  body: Split,
  answers: { 200: json("What was done; its id undoes it.", IdentityChange) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, body, actor }) => {
      const node = await nodeOf(deps, path.node);
      const agents = body.agents.map((reference) => agentOf(node, reference));
      const change = await deps.identity.split(node.id, agents, actor);
      await record(deps, actor, "node.split", change);
      return ok(change);
    },
});

export const listIdentityChanges = operation({
  id: "api.identity-changes.list",
  method: "GET",
  path: "/identity-changes",
  parts: {},
  summary: "Merges and splits of nodes, newest first",
  role: "viewer",
  query: {
    ...page(500),
    node: optional("Of this node: its name, id, or an alias.", text({ minLength: 1, maxLength: 1000 })),
  },
  answers: { 200: json("A page of changes.", IdentityChangePage) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ query: { limit, after, node } }) => {
      const filter = node === undefined ? {} : { nodeId: (await nodeOf(deps, node)).id };
      return ok(await deps.identity.changes({ limit, ...given({ after }) }, filter));
    },
});

export const undoIdentityChange = operation({
  id: "api.identity-changes.undo",
  method: "POST",
  path: "/identity-changes/{change}/undo",
  parts: { change: "The change's id." },
  summary: "Make a merge or a split undone",
  description: "Refused with the reason where later changes stand against it.",
  role: "operator",
  answers: { 200: json("The change, undone.", IdentityChange) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const change = await deps.identity.undo(rowId(path.change, "change"), actor);
      if (change === undefined) throw gone("change");
      await record(deps, actor, "node.undo", change);
      return ok(change);
    },
});

const record = ({ audit }: ApiDeps, actor: string, action: string, { id, kind, node, other, agents }: Change) =>
  audit.record({ actor, action, subject: node.id, detail: { change: id, kind, name: node.name, other, agents } });

/** The one agent of a node that an operator means. @throws not-found, conflict when an alias is that of several */
function agentOf({ name, agents }: NodeView, reference: string): string {
  const wanted = reference.toLowerCase();
  const [found, ...others] = agents.filter(
    ({ id, aliases }) => id === wanted || aliases.some(({ value }) => value.toLowerCase() === wanted),
  );
  if (found === undefined) throw new GatehouseError("not-found", `${name} has no agent with this id or alias.`);
  if (others.length === 0) return found.id;
  const ids = [found, ...others].map(({ family, id }) => `${family} ${id}`).join(", ");
  throw new GatehouseError("conflict", `Several agents have this alias; say which by its id: ${ids}.`);
}

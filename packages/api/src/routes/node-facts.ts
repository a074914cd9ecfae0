import { given, page } from "../models/common.js";
import { ChangePage, NodeFacts } from "../models/facts.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { text } from "../operation/schema.js";
import { NODE_PART, nodeOf, settle } from "../resolve.js";

export const showFacts = operation({
  id: "api.nodes.facts",
  method: "GET",
  path: "/nodes/{node}/facts",
  parts: { node: NODE_PART },
  summary: "What a node says about itself, by who said it",
  role: "viewer",
  answers: { 200: json("Its facts.", NodeFacts) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path }) => {
      const node = await nodeOf(deps, path.node);
      await settle(deps, node);
      return ok({ facts: await deps.facts.of(node.id) });
    },
});

export const listHistory = operation({
  id: "api.nodes.history",
  method: "GET",
  path: "/nodes/{node}/history",
  parts: { node: NODE_PART },
  summary: "What changed in what a node says about itself, newest first",
  role: "viewer",
  query: {
    ...page(500),
    subject: optional("Only changes of this, such as `facts`.", text({ minLength: 1, maxLength: 50 })),
  },
  answers: { 200: json("A page of changes.", ChangePage) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, query: { limit, ...asked } }) => {
      const node = await nodeOf(deps, path.node);
      await settle(deps, node);
      return ok(await deps.history.of(node.id, { limit, ...given(asked) }));
    },
});

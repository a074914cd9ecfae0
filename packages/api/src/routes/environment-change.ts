import type { PreviewedChange } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { limitPerName } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { EnvironmentChange } from "../models/catalog.js";
import { EnvironmentNodes, entryOf, ProposedEnvironment } from "../models/environment.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { withDefault } from "../operation/parameters.js";
import { integer } from "../operation/schema.js";
import { nodeOf } from "../resolve.js";
import { NAME_PART, TREE_LIMIT } from "./environments.js";
import { MOST_PREVIEWS, PREVIEWS, puppetAgentOf } from "./node-catalog.js";

/** Milliseconds after which no further node is begun: what stands between gives up on an answer that takes minutes. */
const LONG_ENOUGH = 20_000;

type Deps = Pick<ApiDeps, "audit" | "catalogs" | "clock" | "environments" | "keptCatalogs" | "registry">;

export const listEnvironmentNodes = operation({
  id: "api.environments.nodes",
  method: "GET",
  path: "/environments/{name}/nodes",
  parts: { name: NAME_PART },
  summary: "The active nodes whose newest catalog was made of an environment, by name",
  description: "Made, or not made because the code failed.",
  role: "viewer",
  query: { limit: withDefault(100, "How many to answer with, at the most.", integer({ minimum: 1, maximum: 1000 })) },
  answers: { 200: json("The nodes.", EnvironmentNodes) },
  handle:
    ({ keptCatalogs }: Deps) =>
    async ({ path: { name }, query: { limit } }) =>
      ok(await keptCatalogs.nodesOf(name, limit)),
});

export const compareEnvironment = operation({
  id: "api.environments.compare",
  method: "POST",
  path: "/environments/{name}/differences",
  parts: { name: NAME_PART },
  summary: "What a tree would change in the catalogs of nodes, were it deployed",
  description:
    "Each node's catalog is made of the current version and of the tree, of the same facts, one after the other. Nobody gets the tree, and nothing of it or of the catalogs is kept. The files' bytes are sent before, as for a deployment. Of a node that gets another environment, it is what would change if it got this one. After 20 seconds the answer has those nodes that are done, at least one: ask again for the others.",
  role: "operator",
  body: ProposedEnvironment,
  bodyLimit: TREE_LIMIT,
  answers: { 200: json("What differs, by node.", EnvironmentChange) },
  refusals: [409, 501],
  handle: (deps: Deps) => {
    const few = limitPerName(MOST_PREVIEWS, PREVIEWS);
    return ({ path: { name }, body, actor, request }) =>
      few(actor, async () => {
        const proposed = await deps.environments.propose(name, body.entries.map(entryOf));
        const nodes = [];
        for (const reference of body.nodes) nodes.push(await named(deps, reference));
        // The tree's code runs here.
        await deps.audit.record({
          actor,
          action: "environment.compare",
          subject: name,
          detail: { nodes: nodes.length },
        });
        const { socket } = request.raw;
        const changes = [];
        let gaveUp = false;
        const end = deps.clock.now().getTime() + LONG_ENOUGH;
        for (const node of nodes) {
          const isOver = changes.length > 0 && deps.clock.now().getTime() >= end;
          // Nobody waits for the rest.
          if (gaveUp || isOver || socket.destroyed) break;
          const { isLate, ...change } = await changeOf(deps, node, proposed);
          changes.push(change);
          gaveUp = isLate;
        }
        const version = (await deps.environments.current(name))?.version ?? null;
        return ok({ name, version, gaveUp, nodes: changes });
      });
  },
});

type Named = Awaited<ReturnType<typeof named>>;

/** @throws not-found and conflict, saying of which node */
async function named(deps: Deps, reference: string) {
  try {
    const node = await nodeOf(deps, reference);
    return { node, agent: await puppetAgentOf(deps, node) };
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError)) throw thrown;
    throw new GatehouseError(thrown.code, `${reference}: ${thrown.message}`);
  }
}

async function changeOf({ catalogs }: Deps, { node, agent }: Named, proposed: EnvironmentVersion) {
  const { before, after, differences, ...rest }: PreviewedChange = await catalogs.change(agent, proposed);
  return {
    node: { id: node.id, name: node.name },
    ...rest,
    before: { error: before.error ?? null },
    after: { error: after.error ?? null },
    differences: differences ?? null,
  };
}

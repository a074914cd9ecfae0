import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeView, Registration } from "@gatehouse/core/nodes";
import { limitPerName } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { Catalog, CompiledCatalog, CompileWish } from "../models/catalog.js";
import { given } from "../models/common.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { NODE_PART, nodeOf, settle } from "../resolve.js";

type Deps = Pick<ApiDeps, "registry" | "submissions" | "catalogs">;

/** Bytes: facts of 1 MiB at the most, however they are written. */
const FACTS_LIMIT = 4 << 20;
/** Catalogs to look at that one operator has made at once: agents wait for the same workers. */
export const MOST_PREVIEWS = 2;
export const PREVIEWS = "catalogs to look at of one operator";

export const showNodeCatalog = operation({
  id: "api.nodes.catalog",
  method: "GET",
  path: "/nodes/{node}/catalog",
  parts: { node: NODE_PART },
  summary: "The catalog that a node's Puppet agent would get now",
  description: "Of the facts that are stored; what is sensitive in it is redacted.",
  role: "viewer",
  answers: { 200: json("The catalog.", Catalog) },
  refusals: [409, 501],
  handle: (deps: Deps) => {
    const few = limitPerName(MOST_PREVIEWS, PREVIEWS);
    return async ({ path, actor }) => {
      const node = await nodeOf(deps, path.node);
      await settle(deps, node);
      const agent = await puppetAgentOf(deps, node);
      const { catalog, error = "There is none." } = await few(actor, () => deps.catalogs.of(agent));
      if (catalog === undefined) throw new GatehouseError("conflict", error);
      return ok(catalog);
    };
  },
});

export const compileNodeCatalog = operation({
  id: "api.nodes.compile",
  method: "POST",
  path: "/nodes/{node}/catalog",
  parts: { node: NODE_PART },
  summary: "Make a node's catalog, of other facts or another version, to look at",
  description:
    "Nothing of it is kept, and nobody collects what it exports. What is sensitive in it is redacted. Code that makes no catalog is an answer, with what it said.",
  role: "operator",
  body: CompileWish,
  bodyLimit: FACTS_LIMIT,
  answers: { 200: json("What came of it.", CompiledCatalog) },
  refusals: [409, 501],
  handle: (deps: Deps) => {
    const few = limitPerName(MOST_PREVIEWS, PREVIEWS);
    return async ({ path, body: { facts, version, environment }, actor }) => {
      const node = await nodeOf(deps, path.node);
      await settle(deps, node);
      const agent = await puppetAgentOf(deps, node);
      const made = await few(actor, () => deps.catalogs.of(agent, given({ facts, version, environment })));
      return ok({
        environment: made.environment,
        version: made.version ?? null,
        milliseconds: made.milliseconds ?? null,
        error: made.error ?? null,
        logs: made.logs,
        catalog: made.catalog ?? null,
      });
    };
  },
});

/** What a node's Puppet agent is known by. @throws not-found for a node without one */
export async function puppetAgentOf({ registry }: Pick<Deps, "registry">, node: NodeView) {
  const agent = node.agents.find(({ family }) => family === "puppet");
  const certname = agent?.aliases.find(({ kind }) => kind === "certname")?.value;
  if (agent === undefined || certname === undefined)
    throw new GatehouseError("not-found", "The node has no Puppet or OpenVox agent that called.");
  return { certname, extensions: extensionsOf(await registry.registrations(node.id), agent.id) };
}

/** What was kept of the agent's certificate. */
function extensionsOf(registrations: readonly Registration[], agentId: string): Record<string, string> {
  const said = registrations.find((one) => one.agentId === agentId && one.role === "certificate")?.detail["extensions"];
  if (typeof said !== "object" || said === null) return {};
  return Object.fromEntries(Object.entries(said).filter(([, value]) => typeof value === "string"));
}

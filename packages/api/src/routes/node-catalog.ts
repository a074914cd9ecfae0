import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { NodeView, Registration } from "@gatehouse/core/nodes";
import type { ApiDeps } from "../deps.js";
import { Catalog } from "../models/catalog.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { NODE_PART, nodeOf, settle } from "../resolve.js";

type Deps = Pick<ApiDeps, "registry" | "submissions" | "catalogs">;

export const showNodeCatalog = operation({
  id: "api.nodes.catalog",
  method: "GET",
  path: "/nodes/{node}/catalog",
  parts: { node: NODE_PART },
  summary: "The catalog that a node's Puppet agent would get now",
  description: "Of the facts that are stored; what is sensitive in it is redacted.",
  role: "viewer",
  answers: { 200: json("The catalog.", Catalog) },
  refusals: [409],
  handle:
    (deps: Deps) =>
    async ({ path }) => {
      const node = await nodeOf(deps, path.node);
      await settle(deps, node);
      return ok(await catalogOf(deps, node));
    },
});

/** @throws not-found without a Puppet agent; conflict with the reason why there is no catalog */
async function catalogOf({ registry, catalogs }: Deps, node: NodeView) {
  const agent = node.agents.find(({ family }) => family === "puppet");
  const certname = agent?.aliases.find(({ kind }) => kind === "certname")?.value;
  if (agent === undefined || certname === undefined)
    throw new GatehouseError("not-found", "The node has no Puppet or OpenVox agent that called.");
  const registrations = await registry.registrations(node.id);
  try {
    return await catalogs.of({ certname, extensions: extensionsOf(registrations, agent.id) });
  } catch (thrown) {
    const error = asGatehouseError(thrown);
    throw error.code === "catalog-failed" ? new GatehouseError("conflict", error.message) : error;
  }
}

/** What was kept of the agent's certificate. */
function extensionsOf(registrations: readonly Registration[], agentId: string): Record<string, string> {
  const said = registrations.find((one) => one.agentId === agentId && one.role === "certificate")?.detail["extensions"];
  if (typeof said !== "object" || said === null) return {};
  return Object.fromEntries(Object.entries(said).filter(([, value]) => typeof value === "string"));
}

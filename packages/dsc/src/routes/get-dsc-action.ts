import { CURRENT } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import { type Detail, details, nodeStatus, plan } from "../decision.js";
import type { DscDeps } from "../deps.js";
import { json } from "../errors.js";
import { configurationsOf } from "../explain.js";
import { CONFIGURATION } from "../publishing/configuration-kind.js";
import { parseDscAction } from "../wire/parse.js";
import { keyOf, knownAgent } from "./agent.js";
import { metadataOf } from "./service-url.js";

/** Bytes: 500 partial configurations with names of full length. */
const STATUS_LIMIT = 1 << 20;

/** GetDscAction, `POST Nodes(AgentId='…')/GetDscAction`: what the node is to do about its configurations. */
export function getDscActionRoute(deps: DscDeps): RouteRow {
  const answer = async (asked: ReturnType<typeof plan>): Promise<{ word: string; items: Detail[] }> => {
    if ("tooMany" in asked) {
      const word = deps.config.multipleNames;
      return { word, items: asked.tooMany.map((name) => ({ ConfigurationName: name, Status: word })) };
    }
    const names = asked.ask.map(({ name }) => name);
    const heads = names.length === 0 ? [] : await deps.content.heads(CONFIGURATION, names, CURRENT);
    const items = details(asked.ask, heads);
    return { word: nodeStatus(items), items };
  };

  return {
    id: "dsc.get-dsc-action",
    method: "POST",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/getdscaction$/,
    access: { who: "agent", proof: "a registered AgentId" },
    bodyLimit: STATUS_LIMIT,
    admission: "check-in",
    handle: async (request) => {
      const { params, body } = request;
      const statuses = parseDscAction(body).ClientStatus ?? [];
      const foreign = statuses.find(
        ({ ChecksumAlgorithm }) => ChecksumAlgorithm && ChecksumAlgorithm.toUpperCase() !== "SHA-256",
      );
      if (foreign) throw new GatehouseError("request-malformed", "The ChecksumAlgorithm is not SHA-256.");
      const agent = await knownAgent(deps, keyOf(params, "agentId"), request);
      const settings = await deps.assignments.of(agent);
      const { word, items } = await answer(plan(configurationsOf(agent, settings), statuses));
      return json(200, {
        "odata.metadata": metadataOf(request, deps.config, "MSFT.DSCNodeStatus"),
        NodeStatus: word,
        Details: items,
      });
    },
  };
}

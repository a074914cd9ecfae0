import { GatehouseError } from "@gatehouse/core/errors";
import { noteCaller, type RouteRow } from "@gatehouse/http";
import type { DscDeps } from "../deps.js";
import { json } from "../errors.js";
import { aliasOf } from "../mapping.js";
import { parseAgentId } from "../names.js";
import { keyOf, refuseDeactivated, refuseForeign } from "./agent.js";
import { metadataOf } from "./service-url.js";

/** Bytes: recorded ones have up to 6 kB, each resource some 600 more, and stack traces come on top. */
const REPORT_LIMIT = 20 << 20;

/**
 * SendReport, `POST Nodes(AgentId='…')/SendReport`: answered when the report is committed, and processed afterwards.
 * An LCM never sends one again: what can be read at all is taken.
 */
export function sendReportRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.send-report",
    method: "POST",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/sendreport$/,
    access: { who: "agent", proof: "a registered AgentId" },
    bodyLimit: REPORT_LIMIT,
    admission: "submission",
    handle: async (request) => {
      const { params, body } = request;
      const alias = parseAgentId(keyOf(params, "agentId"));
      const agent = await deps.registry.recentAgent(aliasOf(alias));
      if (agent === undefined) {
        // Other calls get 401 here; the native server and the specification want 400 for a report.
        throw new GatehouseError("request-malformed", "The AgentId is not registered here.", {
          detail: `rule: AgentId ${alias} is unknown`,
        });
      }
      noteCaller(request, agent);
      refuseDeactivated(agent);
      await refuseForeign(deps, alias, agent, request.peer);
      await deps.tasks.run("dsc.report.check", { body });
      await deps.submissions.accept({ agentId: agent.agentId, kind: "dsc.report", body });
      deps.registry.touch(agent.agentId, deps.clock.now());
      return json(200, { "odata.metadata": metadataOf(request, deps.config, "Edm.String"), value: "SavedReport" });
    },
  };
}

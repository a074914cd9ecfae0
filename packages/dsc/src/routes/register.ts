import { noteCaller, observedAddress, type RouteRow } from "@gatehouse/http";
import { verifyRegistration } from "../auth.js";
import type { DscDeps } from "../deps.js";
import { toEnrolment } from "../mapping.js";
import { parseAgentId } from "../names.js";
import { parseRegistration } from "../wire/parse.js";
import { keyOf } from "./agent.js";

/** Bytes: a registration with 500 names of full length, and room. */
const REGISTRATION_LIMIT = 1 << 20;

/**
 * RegisterDscAgent, `PUT Nodes(AgentId='…')`: 204 without a body (MS-DSCPM says 200; every server sends 204).
 * The signature is checked also when the AgentId is known: else anybody could re-point a node by its AgentId.
 */
export function registerRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.register",
    method: "PUT",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)$/,
    access: { who: "agent", proof: "HMAC of the body and date under an active registration key" },
    bodyLimit: REGISTRATION_LIMIT,
    admission: "submission",
    handle: async ({ params, headers, body, log, raw }) => {
      const agentId = parseAgentId(keyOf(params, "agentId"));
      const { clock, config, keys, registry } = deps;
      const key = verifyRegistration(
        { headers, body },
        await keys.active("dsc"),
        clock.now(),
        config.registrationSkewSeconds,
      );
      const enrolment = toEnrolment(agentId, parseRegistration(body), key.id, observedAddress(raw));
      const { nodeId, agentId: id, created } = await registry.enrol(enrolment);
      noteCaller({ raw }, { agentId: id, nodeId });
      registry.touch(id, clock.now());
      if (created)
        log.info("agent enrolled", {
          protocol: "dsc",
          agent: agentId,
          node: nodeId,
          name: enrolment.nodeName,
          key: key.name,
        });
      return { status: 204, headers: { DataServiceVersion: "1.0;" } };
    },
  };
}

import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { DscDeps } from "../deps.js";
import { aliasOf, certificateAttribute, thumbprintOf } from "../mapping.js";
import { parseAgentId } from "../names.js";
import { pinBroken, presentedThumbprint, trustedThumbprints, unproven } from "../pinning.js";
import { parseRotation } from "../wire/parse.js";
import { keyOf, refuseDeactivated } from "./agent.js";

/** Bytes: a certificate's fields, with room. */
const ROTATION_LIMIT = 64 * 1024;

/**
 * CertificateRotation, `POST Nodes(AgentId='…')/CertificateRotation`: 201 without a body (MS-DSCPM 3.12). Whoever
 * holds the registered certificate names the one that comes after it; of several at once, one gets through.
 */
export function certificateRotationRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.certificate-rotation",
    method: "POST",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/certificaterotation$/,
    access: { who: "agent", proof: "the TLS client certificate that it registered, or rotated to" },
    bodyLimit: ROTATION_LIMIT,
    admission: "submission",
    handle: async ({ params, body, peer, log }) => {
      const alias = aliasOf(parseAgentId(keyOf(params, "agentId")));
      const said = parseRotation(body).RotationInformation.CertificateInformation;
      const thumbprint = thumbprintOf(said.Thumbprint);
      if (thumbprint === undefined) {
        throw new GatehouseError("request-malformed", "The Thumbprint is not 40 hexadecimal digits.");
      }
      const agent = await deps.registry.findAgent(alias);
      if (agent === undefined) throw new GatehouseError("not-found", "The AgentId is not registered here.");
      refuseDeactivated(agent);
      const broken = pinBroken("require", agent, peer);
      const proven = presentedThumbprint(peer);
      if (broken !== undefined || proven === undefined) throw unproven(broken ?? "no client certificate");
      await deps.registry.amendAgent(alias, ({ waitingThumbprint: _, ...before }) =>
        trustedThumbprints({ attributes: before, settings: agent.settings }).includes(proven)
          ? { ...before, thumbprint, certificate: certificateAttribute(said) }
          : undefined,
      );
      deps.registry.touch(agent.agentId, deps.clock.now());
      log.info("agent rotated its certificate", {
        protocol: "dsc",
        agent: alias.value,
        node: agent.nodeId,
        thumbprint,
      });
      return { status: 201, headers: { DataServiceVersion: "1.0;" } };
    },
  };
}

import { type AgentProof, isTrusted } from "@gatehouse/core/nodes";
import { cameByTls } from "@gatehouse/http";
import type { GlpiDeps } from "./deps.js";
import type { Sent } from "./enrol.js";

/**
 * Whether the caller may get credentials: this very message proves who sent it, and came over TLS; or whoever calls may
 * (`jobs.allowUnproven`). A GLPI-Agent-ID alone can be copied (decisions, row 30). A proof of another agent, also one of a deviceid, which is
 * only what a message says, is none; what many share (a login of a group, a proxy's key) is one.
 */
export function isProven(
  { allowUnproven }: Pick<GlpiDeps, "allowUnproven">,
  { request, proof }: Sent,
  agentId: string,
): boolean {
  if (allowUnproven) return true;
  return isTrusted(proof.trust, "key") && cameByTls(request.raw) && isOf(proof, agentId);
}

const isOf = ({ agent }: AgentProof, agentId: string) => agent === undefined || agent === agentId;

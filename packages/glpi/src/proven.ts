import type { RouteRequest } from "@gatehouse/http";
import type { GlpiDeps } from "./deps.js";

/**
 * Whether the caller may get credentials: it shows a certificate that our authority issued to an inventory agent of this
 * id (a deviceid is what a message says, and its certificate may be another's), or whoever calls may (`jobs.allowUnproven`). A GLPI-Agent-ID alone can be copied (decisions, row 30).
 */
export function isProven(
  { allowUnproven }: Pick<GlpiDeps, "allowUnproven">,
  { peer }: Pick<RouteRequest, "peer">,
  agentId: string,
): boolean {
  if (allowUnproven) return true;
  if (peer.kind !== "verified" || peer.profile !== "inventory") return false;
  return agentId === peer.name.toLowerCase();
}

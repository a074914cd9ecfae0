import { createHash } from "node:crypto";

/** The AgentId of the n-th made-up agent, in the upper case of WMF. PostgreSQL makes the same: `md5('agent-' || n)::uuid`. */
export function agentId(n: number): string {
  const hex = createHash("md5").update(`agent-${n}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-").toUpperCase();
}

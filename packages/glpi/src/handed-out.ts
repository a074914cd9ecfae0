import type { KnownAgent } from "@gatehouse/core/nodes";
import type { GlpiDeps } from "./deps.js";

/** Notes which credentials an agent got, before it gets them. */
export async function auditHandedOut(
  { audit }: Pick<GlpiDeps, "audit">,
  agent: KnownAgent,
  credentials: readonly string[],
): Promise<void> {
  if (credentials.length === 0) return;
  await audit.record({
    actor: `agent:${agent.agentId}`,
    action: "credential.hand-out",
    subject: agent.nodeId,
    detail: { credentials: [...credentials] },
  });
}

import type { AuditLog } from "@gatehouse/core/audit";
import type { KnownAgent } from "@gatehouse/core/nodes";

/**
 * Notes which credentials an agent gets, before it gets them.
 * @param names of stored credentials, each once or more often; none: nothing is noted
 * @param jobIds that need them, where it is jobs that do
 */
export async function auditHandedOut(
  audit: Pick<AuditLog, "record">,
  agent: Pick<KnownAgent, "agentId" | "nodeId">,
  names: readonly string[],
  jobIds: readonly string[] = [],
): Promise<void> {
  if (names.length === 0) return;
  await audit.record({
    actor: `agent:${agent.agentId}`,
    action: "credential.hand-out",
    subject: agent.nodeId,
    detail: { credentials: [...new Set(names)], ...(jobIds.length > 0 && { jobs: [...jobIds] }) },
  });
}

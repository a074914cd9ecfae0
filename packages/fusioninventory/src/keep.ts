import type { KnownAgent } from "@gatehouse/core/nodes";
import type { SubmissionContext } from "@gatehouse/core/submissions";
import type { RouteRequest } from "@gatehouse/http";
import type { FusionInventoryDeps } from "./deps.js";
import type { Sender } from "./sender.js";

/**
 * Stores the bytes as they came; what they mean is found out after the answer.
 * @param kind whose processor they are for
 * @param deviceId as the message says it
 */
export async function keep(
  { submissions, admission }: Pick<FusionInventoryDeps, "submissions" | "admission">,
  kind: string,
  deviceId: string,
  { agent, of, isHeld }: Pick<Sender, "of" | "isHeld"> & { readonly agent: Pick<KnownAgent, "agentId"> },
  { headers, body }: Pick<RouteRequest, "headers" | "body">,
): Promise<void> {
  const { "content-type": contentType, "user-agent": userAgent } = headers;
  const context: SubmissionContext = {
    deviceId,
    of,
    ...(contentType !== undefined && { contentType: contentType.slice(0, 100) }),
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 255) }),
  };
  // It is here already, and is stored whether there is a place for it or not (decisions, row 17).
  const hasRoom = admission.tryEnter("submission");
  try {
    await submissions.accept({ agentId: agent.agentId, kind, body, context, ...(isHeld && { held: true }) });
  } finally {
    if (hasRoom) admission.leave("submission");
  }
}

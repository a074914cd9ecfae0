import type { AgentAttributes, KnownAgent } from "@gatehouse/core/nodes";
import { observedAddress } from "@gatehouse/http";
import { enrolmentOf, riseOf, shownProof } from "@gatehouse/inventory";
import { ownTask } from "../tasks.js";
import type { RestCall } from "./call.js";

/** Tasks that are kept of an agent. */
const MOST_KEPT = 50;

/**
 * Notes which tasks an agent has, by those that it asks for, where it called from, and that it proved more than before: with one
 * write, when something of it is other than before. Who says all of its tasks in CONTACT says nothing new here.
 * @param asked as {@link tasksAsked} gives them
 */
export async function noteCall(
  { deps, request, proof }: RestCall,
  agent: KnownAgent,
  asked: readonly string[],
): Promise<void> {
  const { attributes } = agent;
  const from = observedAddress(request.raw);
  const installed = asked.length === 0 ? undefined : installedNow(attributes, asked);
  const isMoved = from !== undefined && from !== attributes["from"];
  const rise = riseOf(agent, proof, from);
  const { deviceId, agentId, version, tag } = attributes;
  if (typeof deviceId !== "string" || (installed === undefined && !isMoved && rise === undefined)) return;
  const enrolment = enrolmentOf({
    ...{ deviceId, proof },
    ...(typeof agentId === "string" && { agentId }),
    ...(from !== undefined && { from }),
    // Traits take the place of those before: who says its tasks here says nothing else of itself in JSON.
    ...(installed !== undefined && { installedTasks: installed }),
    ...(installed !== undefined && typeof version === "string" && version !== "" && { version }),
    ...(installed !== undefined && typeof tag === "string" && { tag }),
  });
  await deps.registry.enrol({
    ...enrolment,
    role: "rest",
    detail: {
      ...(installed !== undefined && { tasks: installed }),
      ...(from !== undefined && { from }),
      ...shownProof(proof),
    },
    merge: (before) => ({
      ...before,
      ...(from !== undefined && { from }),
      ...(installed !== undefined && { tasks: { installed, enabled: null } }),
    }),
  });
}

/** @returns undefined where the agent says nothing new */
function installedNow(attributes: AgentAttributes, asked: readonly string[]): readonly string[] | undefined {
  const before = tasksIn(attributes);
  if (attributes["agentId"] !== undefined && before.length > 0) return undefined;
  const said = asked.map(kept);
  const now = [...new Set(asked.length > 1 ? said : [...before, ...said])].sort().slice(0, MOST_KEPT);
  return now.length === before.length && now.every((name) => before.includes(name)) ? undefined : now;
}

/** Tasks that an agent is known to have; none where it never said. */
export function tasksIn({ tasks }: AgentAttributes): readonly string[] {
  const installed = (tasks as { installed?: unknown } | null | undefined)?.installed;
  return Array.isArray(installed) ? installed.filter((name) => typeof name === "string") : [];
}

/** As jobs and GLPI agents call a task, whatever REST does. */
const kept = (name: string): string => ownTask(name)?.task ?? name.toLowerCase();

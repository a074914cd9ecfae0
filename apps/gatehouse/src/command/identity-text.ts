import type { ExplainedIdentity, IdentityDecision } from "@gatehouse/client";
import { pairs, table } from "./output.js";
import { when } from "./when.js";

type AgentReason = ExplainedIdentity["agents"][number];

/** `alive` or `silent`, and how it got in. */
export const standingText = ({ isAlive, trust }: Pick<AgentReason, "isAlive" | "trust">): string =>
  `${isAlive ? "alive" : "silent"}, trusted as ${trust}`;

/** Why an agent is on its node. */
export function reasonText(agent: AgentReason | undefined): string {
  if (agent === undefined) return "";
  const { at, by, changeId, decision } = agent;
  return pairs([
    ["state", standingText(agent)],
    ["on this node", at === null ? "since before reasons were kept" : `since ${when(at)}, by ${by}`],
    ["moved by", changeId === null ? null : `change ${changeId}: gatehouse node changes`],
    ["confidence", decision === null ? null : `${decision.confidence} of 100`],
    ["why", decision?.why],
    ...(decision?.considered ?? []).map((each) => ["looked at", consideredText(each)] as const),
    ["did not count", decision?.ignored.map(({ kind, value, why }) => `${kind} ${value} (${why})`).join(", ")],
  ]);
}

function consideredText({ name, nodeId, score, counted, obstacle }: IdentityDecision["considered"][number]): string {
  const reasons = counted.map(
    ({ as, kind, value, points, proven }) =>
      `${points > 0 ? "+" : ""}${points} ${as === "differs" ? `${kind} differs` : `${as} ${value}`}${points > 0 && !proven ? " (only claimed)" : ""}`,
  );
  return `${name} (${nodeId}): ${score} = ${reasons.join(", ") || "nothing"}${obstacle === null ? "" : `; ${obstacle}`}`;
}

/** What a node is known by, and who says so. */
export const evidenceText = ({ evidence }: ExplainedIdentity): string =>
  table(
    ["EVIDENCE", "VALUE", "BY", "HOW", "COUNTS"],
    evidence.map(({ kind, value, family, proof, counts }) => [kind, value, family, proof, counts ? "yes" : "no"]),
    "Nothing is known that ties its agents to it.",
  );

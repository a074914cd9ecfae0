import { normalise } from "./normalise.js";
import { identityRules as rules } from "./rules.js";
import { compare, type Said, scoreOf } from "./score.js";
import {
  type Candidate,
  type ConflictFound,
  type Considered,
  type Counted,
  type Decision,
  type Ignored,
  type Item,
  isTrusted,
  type Newcomer,
} from "./types.js";

/** Candidates that a decision tells of. */
const MOST_TOLD = 5;
const HOUR_MS = 3_600_000;

/** Nodes by a piece of evidence: `kind/key` and how many have it, the newcomer's own not counted. */
export type Spread = ReadonlyMap<string, number>;

export const spreadKey = ({ kind, key }: Pick<Item, "kind" | "key">): string => `${kind}/${key}`;

/** Whether an agent called lately enough to count as alive. */
export function isAlive(lastSeen: Date | null, now: Date): boolean {
  return lastSeen !== null && now.getTime() - lastSeen.getTime() < rules.aliveHours * HOUR_MS;
}

/** What of some evidence is compared at all: nothing that means nothing, and nothing that too many have. */
export function usable(newcomer: Pick<Newcomer, "evidence">, spread: Spread): { items: Item[]; ignored: Ignored[] } {
  const { items, ignored } = normalise(newcomer.evidence);
  const tooMany = (item: Item) => (spread.get(spreadKey(item)) ?? 0) > rules.mostNodes[item.kind];
  return {
    items: items.filter((item) => !tooMany(item)),
    ignored: [
      ...ignored,
      ...items
        .filter(tooMany)
        .map(({ kind, value }) => ({ kind, value, why: `more than ${rules.mostNodes[kind]} nodes have it` })),
    ],
  };
}

/**
 * Where a newcomer belongs. Pure: the same inputs give the same decision, and it holds them.
 *
 * - Evidence is scored; nothing decides because it comes first.
 * - It joins a node only where something is the same that neither side may have just copied.
 * - A node with an agent of its own family is never joined, whether that agent is alive or silent: a person says whether
 *   it is a clone or a machine that was installed anew.
 * - Of several that fit about as well, none is taken. What is in quarantine is not among those: else whoever says the same
 *   as a machine would keep its agents apart.
 */
export function decide(newcomer: Newcomer, candidates: readonly Candidate[], spread: Spread, now: Date): Decision {
  const { items, ignored } = usable(newcomer, spread);
  const mine = items.map((item) => ({ ...item, trust: newcomer.trust }));
  const considered = candidates
    .map((candidate) => consider(newcomer, mine, candidate, now))
    .toSorted((a, b) => b.score - a.score || (a.nodeId < b.nodeId ? -1 : 1));
  const needed = newcomer.family === null ? rules.joinCollected : rules.join;
  const quarantined = new Set(candidates.flatMap(({ state, nodeId }) => (state === "quarantined" ? [nodeId] : [])));
  const [nearest] = considered;
  const [best] = considered.toSorted((a, b) => Number(quarantined.has(a.nodeId)) - Number(quarantined.has(b.nodeId)));
  const told = { considered: considered.slice(0, MOST_TOLD), ignored };

  if (best !== undefined && best.score >= needed) {
    const rivals = considered.filter(
      (each) =>
        each !== best &&
        !quarantined.has(each.nodeId) &&
        each.score >= needed &&
        each.score > best.score - rules.margin,
    );
    if (rivals.length === 0 && best.obstacle === null)
      return {
        ...told,
        outcome: "join",
        nodeId: best.nodeId,
        confidence: best.score,
        why: `It is ${best.name}: ${wordsOf(best.counted)}.`,
        conflicts: [],
      };
    const conflicts = [best, ...rivals]
      .slice(0, rules.mostConflicts)
      .map(({ nodeId, score, obstacle }) => ({ nodeId, score, kind: obstacle ?? ("ambiguous" as const) }));
    return { ...told, ...apart(best), why: reasonOf(conflicts, best), conflicts };
  }

  const conflicts = considered
    .filter(asksAPerson)
    .slice(0, rules.mostConflicts)
    .map(({ nodeId, score, obstacle }) => ({ nodeId, score, kind: obstacle ?? ("uncertain" as const) }));
  return { ...told, ...apart(nearest), why: reasonOf(conflicts, nearest), conflicts };
}

const apart = (best: Considered | undefined) =>
  ({ outcome: "new", nodeId: null, confidence: 100 - (best?.score ?? 0) }) as const;

function consider(newcomer: Newcomer, mine: readonly Said[], candidate: Candidate, now: Date): Considered {
  const trustOf = new Map(candidate.agents.map(({ agentId, trust }) => [agentId, trust]));
  const theirs = candidate.evidence.flatMap((each) =>
    normalise([each]).items.map((item) => ({ ...item, trust: trustOf.get(each.agentId) ?? ("anonymous" as const) })),
  );
  const counted = compare(mine, theirs, newcomer.family !== null);
  const { nodeId, name } = candidate;
  return { nodeId, name, score: scoreOf(counted), counted, obstacle: obstacleOf(newcomer, counted, candidate, now) };
}

function obstacleOf(
  { family, trust, quarantined }: Newcomer,
  counted: readonly Counted[],
  { agents, state }: Candidate,
  now: Date,
): Considered["obstacle"] {
  const sameFamily = agents.filter((agent) => agent.family === family);
  if (sameFamily.length > 0) return sameFamily.some(({ lastSeen }) => isAlive(lastSeen, now)) ? "clone" : "reinstalled";
  if (state === "deactivated") return "deactivated";
  // Who joined it would vouch for what nobody has looked at.
  if (state === "quarantined" || quarantined === true) return "unproven";
  // A collected host brings no agent: there is nothing that it could take over, and what it says stands beside the rest. But
  // who shares a secret with many must not put words beside those of an agent that has one of its own.
  if (family === null) {
    const isLess = agents.some((agent) => agent.family === "inventory" && !isTrusted(trust, agent.trust));
    return trust === "anonymous" || isLess ? "unproven" : null;
  }
  return counted.some(({ proven }) => proven) ? null : "unproven";
}

/** An address alone asks nobody: they are given to one machine after another. */
function asksAPerson({ score, counted }: Considered): boolean {
  const same = counted.filter(({ points }) => points > 0);
  if (same.some(({ kind }) => kind === "uuid" || kind === "serial")) return true;
  return score >= rules.ask && same.some(({ kind }) => kind !== "address");
}

const wordsOf = (counted: readonly Counted[]) =>
  counted
    .filter(({ points }) => points > 0)
    .map(({ as, value }) => `${as} ${value}`)
    .join(", ");

function reasonOf([first]: readonly ConflictFound[], best: Considered | undefined): string {
  if (best === undefined) return "No node has any of its evidence.";
  const name = best.name;
  switch (first?.kind) {
    case undefined:
      return `Too little speaks for ${name}, which comes nearest.`;
    case "clone":
      return `It looks like ${name}, where another agent of its family is alive.`;
    case "reinstalled":
      return `It looks like ${name}, whose agent of its family has been silent: installed anew, or another machine.`;
    case "deactivated":
      return `It looks like ${name}, which an operator took out of service.`;
    case "unproven":
      return `It looks like ${name}, and all that is the same could have been copied.`;
    case "ambiguous":
      return `It looks like ${name}, and like another node as much.`;
    default:
      return `It may be ${name}, and too little is the same.`;
  }
}

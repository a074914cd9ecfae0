import type { AgentFamily, Evidence, NodeState } from "../types.js";
import { decide, spreadKey } from "./decide.js";
import { normalise } from "./normalise.js";
import type { Candidate, Decision, Newcomer, Proof, Trust } from "./types.js";

export const NOW = new Date("2026-11-21T12:00:00Z");
const HOUR_MS = 3_600_000;

/** `kind value`, with a mark behind it: `!` observed, `*` attested. */
export function said(...words: string[]): Evidence[] {
  return words.map((word) => {
    const [, kind, value, mark] = /^(\w+) (.*?)([!*])?$/.exec(word) ?? [];
    const proof: Proof = mark === "!" ? "observed" : mark === "*" ? "attested" : "claimed";
    return { kind: kind as Evidence["kind"], value: value ?? "", proof };
  });
}

interface KnownAgentSaid {
  readonly family: AgentFamily;
  readonly trust?: Trust;
  /** Hours. */
  readonly silent?: number;
  readonly said: readonly string[];
}

/** A node called by its name, with agents that said something. */
export function nodeWith(name: string, agents: readonly KnownAgentSaid[], state: NodeState = "active"): Candidate {
  return {
    nodeId: `id of ${name}`,
    name,
    state,
    agents: agents.map(({ family, trust = family === "puppet" ? "certificate" : "key", silent = 0 }, i) => ({
      agentId: `${name}/${i}`,
      family,
      trust,
      lastSeen: new Date(NOW.getTime() - silent * HOUR_MS),
    })),
    evidence: agents.flatMap((agent, i) => said(...agent.said).map((each) => ({ ...each, agentId: `${name}/${i}` }))),
  };
}

export const newcomer = (family: AgentFamily | null, words: readonly string[], trust?: Trust): Newcomer => ({
  family,
  trust: trust ?? (family === "puppet" ? "certificate" : "key"),
  evidence: said(...words),
});

/** What is decided among these nodes and no others. */
export function decideAmong(who: Newcomer, nodes: readonly Candidate[]): Decision {
  const spread = new Map<string, number>();
  for (const { evidence } of nodes)
    for (const key of new Set(normalise(evidence).items.map(spreadKey))) spread.set(key, (spread.get(key) ?? 0) + 1);
  return decide(who, nodes, spread, NOW);
}

import { DSC_CONFIGURATIONS, stringsOf } from "@gatehouse/core/assignment";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { entitledNames, type NodeConfigurations } from "./decision.js";
import { registeredNames } from "./mapping.js";

/** Why a node gets a configuration, or only may fetch it. */
export type Explained = {
  readonly name: string;
  readonly source: "assigned by hand" | "registered by the agent";
  /** Whether a check-in without a name is about it. */
  readonly effective: boolean;
  readonly why: string;
};

/** An agent's configurations: what it registered, and what an operator gave its node. */
export const configurationsOf = (agent: Pick<KnownAgent, "attributes" | "settings">): NodeConfigurations => ({
  registered: registeredNames(agent.attributes),
  assigned: stringsOf(agent.settings[DSC_CONFIGURATIONS]),
});

/** Every configuration that a node may fetch, with the reason: the words for the rules of `plan`. */
export function explainConfigurations(node: NodeConfigurations): Explained[] {
  const assigned = new Set(node.assigned.map((name) => name.toLowerCase()));
  return entitledNames(node).map((name) => {
    const byHand = assigned.has(name.toLowerCase());
    const effective = byHand || assigned.size === 0;
    return {
      name,
      source: byHand ? "assigned by hand" : "registered by the agent",
      effective,
      why: effective ? whyEffective(byHand, byHand ? node.assigned.length : node.registered.length) : OVERRULED,
    };
  });
}

const OVERRULED =
  "An assignment by hand comes before what the agent registered; the node may still fetch it, for a partial configuration of this name.";

function whyEffective(byHand: boolean, count: number): string {
  const given = byHand ? "assigned by hand" : "registered by the agent";
  if (count > 1)
    return `It is one of ${count} names ${given}: a node gets it only for a partial configuration of this name.`;
  return byHand
    ? "It was assigned by hand, and that comes before what the agent registered."
    : "The agent registered it, and nothing is assigned by hand.";
}

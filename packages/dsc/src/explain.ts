import {
  DSC_CONFIGURATIONS,
  type ResolvedSettings,
  type SettingExplanation,
  type Source,
  stringsOf,
} from "@gatehouse/core/assignment";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { entitledNames, type NodeConfigurations } from "./decision.js";
import { registeredNames } from "./mapping.js";

/** Why a node gets a configuration, or only may fetch it. */
export type Explained = {
  readonly name: string;
  /** Such as `assigned by hand`, `assigned by the group web` or `registered by the agent`. */
  readonly source: string;
  /** Whether a check-in without a name is about it. */
  readonly effective: boolean;
  readonly why: string;
};

/** An agent's configurations: what it registered, and what its node was given. */
export const configurationsOf = (
  agent: Pick<KnownAgent, "attributes">,
  settings: ResolvedSettings,
): NodeConfigurations => ({
  registered: registeredNames(agent.attributes),
  assigned: stringsOf(settings[DSC_CONFIGURATIONS]),
});

/** Every configuration that an agent may fetch, with the reason: the words for the rules of `plan`. */
export function explainConfigurations(
  agent: Pick<KnownAgent, "attributes">,
  settings: readonly SettingExplanation[],
): Explained[] {
  const found = settings.find(({ setting }) => setting === DSC_CONFIGURATIONS);
  const node = configurationsOf(agent, { [DSC_CONFIGURATIONS]: found?.value });
  const by = `assigned by ${(found?.from ?? []).map(giver).join(" and ")}`;
  const assigned = new Set(node.assigned.map((name) => name.toLowerCase()));
  return entitledNames(node).map((name) => {
    const isAssigned = assigned.has(name.toLowerCase());
    const source = isAssigned ? by : REGISTERED;
    if (!isAssigned && assigned.size > 0)
      return {
        name,
        source,
        effective: false,
        why: `What is ${by} comes before what the agent registered; the node may still fetch it, for a partial configuration of this name.`,
      };
    return {
      name,
      source,
      effective: true,
      why: whyEffective(source, (isAssigned ? node.assigned : node.registered).length),
    };
  });
}

const REGISTERED = "registered by the agent";

const giver = (source: Source): string => (source.by === "hand" ? "hand" : `the group ${source.group}`);

function whyEffective(source: string, count: number): string {
  if (count > 1)
    return `It is one of ${count} names ${source}: a node gets it only for a partial configuration of this name.`;
  return source === REGISTERED
    ? "The agent registered it, and nothing is assigned."
    : `It was ${source}, and that comes before what the agent registered.`;
}

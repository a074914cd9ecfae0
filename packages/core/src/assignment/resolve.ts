import type { Subject } from "../expression/index.js";
import { type CompiledGroup, matchGroups, type SettingDefinition, type SettingMerge } from "../groups/index.js";
import type { NodeSettings } from "../nodes/index.js";
import { type Merged, mergeValues } from "./merge.js";
import type { ResolvedSettings } from "./types.js";

/** What resolution goes by, the same for every node. */
export interface Rulebook {
  /** In order of precedence. */
  readonly groups: readonly CompiledGroup[];
  readonly merges: ReadonlyMap<string, SettingMerge>;
}

/** The groups of an instance, with how its settings are merged. Settings that nobody declares are replaced. */
export function rulebookOf(groups: readonly CompiledGroup[], definitions: readonly SettingDefinition[]): Rulebook {
  return { groups, merges: new Map(definitions.map(({ name, merge }) => [name, merge])) };
}

/** A value offered for a setting: by the place of a group, or by hand (-1). */
export interface Offer {
  readonly place: number;
  readonly value: unknown;
}

/** What a node gets. Pure: the same node and groups give the same settings, and `explain` says why. */
export function resolve(subject: Subject, byHand: NodeSettings, rulebook: Rulebook): ResolvedSettings {
  const offers = offersFor(byHand, rulebook.groups, matchGroups(rulebook.groups, subject));
  return Object.fromEntries([...offers].map(([setting, found]) => [setting, merged(setting, found, rulebook).value]));
}

/** All that was offered, by setting, the strongest first: by hand, then the groups in order of precedence. */
export function offersFor(
  byHand: NodeSettings,
  groups: readonly CompiledGroup[],
  matches: readonly boolean[],
): Map<string, Offer[]> {
  const offers = new Map<string, Offer[]>(
    Object.entries(byHand).map(([setting, value]) => [setting, [{ place: -1, value }]]),
  );
  for (const [place, { settings }] of groups.entries()) {
    if (matches[place] !== true) continue;
    for (const [setting, value] of settings) {
      const found = offers.get(setting);
      if (found === undefined) offers.set(setting, [{ place, value }]);
      else found.push({ place, value });
    }
  }
  return offers;
}

export function merged(setting: string, offers: readonly Offer[], { merges }: Rulebook): Merged {
  return mergeValues(
    merges.get(setting) ?? "replace",
    offers.map(({ value }) => value),
  );
}

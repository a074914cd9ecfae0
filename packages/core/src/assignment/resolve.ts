import type { Subject } from "../expression/index.js";
import { type CompiledGroup, matchGroups, type SettingDefinition } from "../groups/index.js";
import type { NodeSettings } from "../nodes/index.js";
import { conflictsBetween } from "./conflicts.js";
import { DEEPEST, type Merged, mergeValues } from "./merge.js";
import type { Resolution, SettingConflict } from "./types.js";

/** How the values of one setting become one. */
type Merging = Pick<SettingDefinition, "merge" | "depth" | "refusesConflicts">;

/** What resolution goes by, the same for every node. */
export interface Rulebook {
  /** In order of precedence. */
  readonly groups: readonly CompiledGroup[];
  readonly merges: ReadonlyMap<string, Merging>;
}

/** The groups of an instance, with how its settings are merged. Settings that nobody declares are replaced. */
export function rulebookOf(groups: readonly CompiledGroup[], definitions: readonly SettingDefinition[]): Rulebook {
  return { groups, merges: new Map(definitions.map((definition) => [definition.name, definition])) };
}

/** A value offered for a setting: by the place of a group, or by hand (-1). */
export interface Offer {
  readonly place: number;
  readonly value: unknown;
}

/** What a node gets. Pure: the same node and groups give the same settings, and `explain` says why. */
export function resolve(subject: Subject, byHand: NodeSettings, rulebook: Rulebook): Resolution {
  return resolutionOf(offersFor(byHand, rulebook.groups, matchGroups(rulebook.groups, subject)), rulebook);
}

/** What a node gets that is in no group: what it was given by hand. */
export function resolveAlone(byHand: NodeSettings, rulebook: Rulebook): Resolution {
  return resolutionOf(offersFor(byHand, [], []), rulebook);
}

function resolutionOf(found: ReadonlyMap<string, Offer[]>, rulebook: Rulebook): Resolution {
  const offers = [...found];
  return {
    settings: Object.fromEntries(offers.map(([setting, found]) => [setting, merged(setting, found, rulebook).value])),
    conflicts: offers.flatMap(([setting, found]) => conflicting(setting, found, rulebook)),
  };
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
  const { merge, depth } = mergingOf(setting, merges);
  return mergeValues(
    merge,
    offers.map(({ value }) => value),
    depth,
  );
}

/** Where groups that nothing puts in order give different values. */
export function conflicting(
  setting: string,
  offers: readonly Offer[],
  { groups, merges }: Rulebook,
): readonly SettingConflict[] {
  const { merge, depth = DEEPEST, refusesConflicts = false } = mergingOf(setting, merges);
  if (!refusesConflicts || offers.length < 2) return [];
  return conflictsBetween(setting, offers, groups, merge === "deep" ? depth : 0);
}

const mergingOf = (setting: string, merges: Rulebook["merges"]): Merging => merges.get(setting) ?? { merge: "replace" };

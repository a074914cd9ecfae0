import { explainRule, type Subject } from "../expression/index.js";
import { type CompiledGroup, matchGroups, ownRule } from "../groups/index.js";
import type { NodeSettings } from "../nodes/index.js";
import { conflicting, merged, type Offer, offersFor, type Rulebook } from "./resolve.js";
import type { Considered, Explanation, GroupExplanation, SettingExplanation, Source } from "./types.js";

/** What a node gets, why, and what else was considered; the values are those of `resolve`. */
export function explain(subject: Subject, byHand: NodeSettings, rulebook: Rulebook): Explanation {
  const { groups } = rulebook;
  const matches = matchGroups(groups, subject);
  const settings = [...offersFor(byHand, groups, matches)].map(([setting, offers]) =>
    explainSetting(setting, offers, rulebook),
  );
  return {
    nodeId: subject.id,
    settings: settings.sort((a, b) => (a.setting < b.setting ? -1 : 1)),
    groups: groups.map((group, place) => explainGroup(group, matches[place] === true, groups, subject)),
  };
}

function explainSetting(setting: string, offers: readonly Offer[], rulebook: Rulebook): SettingExplanation {
  const { value, used } = merged(setting, offers, rulebook);
  const merge = rulebook.merges.get(setting)?.merge ?? "replace";
  const considered = offers.map((offer, i): Considered => {
    const first = offers[0] ?? offer;
    const isUsed = used[i] === true;
    const why = i === 0 ? "it comes first" : precedence(rulebook.groups, first, offer);
    const adds = isUsed ? "it adds to those before it" : `it adds nothing to those before it; ${why}`;
    return {
      source: sourceOf(offer, rulebook.groups),
      value: offer.value,
      used: isUsed,
      because: merge === "replace" || i === 0 ? why : adds,
    };
  });
  const from = considered.filter((one) => one.used).map(({ source }) => source);
  return { setting, value, from, considered, conflicts: conflicting(setting, offers, rulebook) };
}

function sourceOf({ place }: Offer, groups: readonly CompiledGroup[]): Source {
  const group = groups[place];
  return group === undefined ? { by: "hand" } : { by: "group", group: group.group.name };
}

/** Why the first comes before the other. */
function precedence(groups: readonly CompiledGroup[], first: Offer, other: Offer): string {
  const [winner, loser] = [groups[first.place], groups[other.place]];
  if (winner === undefined || loser === undefined) return "what was given by hand comes first";
  const name = winner.group.name;
  if (winner.priority !== loser.priority)
    return `group ${name} has priority ${winner.priority}, this one ${loser.priority}`;
  if (winner.depth !== loser.depth) return `group ${name} is nested deeper, at the same priority ${winner.priority}`;
  return `group ${name} comes first by name, at the same priority ${winner.priority} and depth`;
}

function explainGroup(
  { group, priority, parent, takes }: CompiledGroup,
  matches: boolean,
  groups: readonly CompiledGroup[],
  subject: Subject,
): GroupExplanation {
  const said = { group: group.name, priority, matches };
  if (!matches && takes(subject)) {
    return { ...said, because: `it is not a member of the parent ${groups[parent]?.group.name}` };
  }
  return { ...said, because: explainRule(ownRule(group), subject).because };
}

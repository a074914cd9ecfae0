import { type CompiledRule, compileRule, type Rule, type Subject } from "../expression/index.js";
import { groupKey, groupLimits } from "./check.js";
import type { Group } from "./types.js";

/** A group made ready to be asked for many nodes. */
export interface CompiledGroup {
  readonly group: Group;
  /** Its own, else its parent's, else 0. */
  readonly priority: number;
  /** How many parents are above it. */
  readonly depth: number;
  readonly settings: readonly (readonly [name: string, value: unknown])[];
  /** The place of its parent in the list, -1 without one. */
  readonly parent: number;
  /** Whether its own rule or list takes a node, whatever its parent says. */
  readonly takes: CompiledRule;
}

/** Checked groups in order of precedence: priority, then children before parents, then name. */
export function compileGroups(groups: readonly Group[]): CompiledGroup[] {
  const byKey = new Map(groups.map((group) => [groupKey(group.name), group]));
  const order = groups
    .map((group) => {
      const chain = chainOf(group, byKey);
      return {
        group,
        depth: chain.length - 1,
        priority: chain.find((one) => one.priority !== undefined)?.priority ?? 0,
      };
    })
    .sort((a, b) => b.priority - a.priority || b.depth - a.depth || (a.group.name < b.group.name ? -1 : 1));
  const places = new Map(order.map(({ group }, i) => [groupKey(group.name), i]));
  return order.map(({ group, depth, priority }) => ({
    group,
    depth,
    priority,
    settings: Object.entries(group.settings),
    parent: group.parent === undefined ? -1 : (places.get(groupKey(group.parent)) ?? -1),
    takes: compileRule(ownRule(group)),
  }));
}

/** A group with its parents, from the inside out. */
export function chainOf(group: Group, byKey: ReadonlyMap<string, Group>): Group[] {
  const chain = [group];
  for (let parent = group.parent; parent !== undefined; ) {
    const found = byKey.get(groupKey(parent));
    if (found === undefined || chain.length > groupLimits.nesting) {
      throw new Error(`the parents of group ${group.name} do not end: the groups were not checked`);
    }
    chain.push(found);
    parent = found.parent;
  }
  return chain;
}

type Taking = Pick<Group, "rule" | "nodes">;

/** What a group itself asks of its members, as one rule. */
export function ownRule({ rule, nodes = [] }: Taking): Rule {
  const listed = nodes.length === 0 ? [] : [{ field: "reference", in: nodes }];
  const parts = rule === undefined ? listed : [rule, ...listed];
  const [only] = parts;
  if (only === undefined) return { not: { everything: true } };
  return parts.length === 1 ? only : { or: parts };
}

/** What a group and all its parents ask of its members, as one rule. @param chain see {@link chainOf} */
export function membershipRule(chain: readonly Taking[]): Rule {
  return { and: chain.map(ownRule) };
}

/** Whether each group, in its place, has a node as its member. */
export function matchGroups(groups: readonly CompiledGroup[], subject: Subject): boolean[] {
  const known: (boolean | undefined)[] = new Array(groups.length);
  const isMember = (place: number): boolean => {
    const group = groups[place];
    if (group === undefined) return true;
    known[place] ??= isMember(group.parent) && group.takes(subject);
    return known[place];
  };
  return groups.map((_, place) => isMember(place));
}

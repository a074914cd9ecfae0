import { checkRule, type Nearest, type Problem } from "../expression/index.js";
import type { Group, SettingDefinition } from "./types.js";

/** What groups may have at the most. */
export const groupLimits = {
  groups: 5_000,
  nesting: 10,
  name: 100,
  description: 1_000,
  nodes: 10_000,
  reference: 255,
  settings: 100,
  /** Characters of all settings as JSON. */
  settingsSize: 65_536,
  priority: 1_000_000,
} as const;

/** The form in which names of groups are compared. */
export const groupKey = (name: string): string => name.toLowerCase();

/** A problem of one group; the path begins in the group. */
export interface GroupProblem extends Problem {
  readonly group: string;
}

export interface GroupChecks {
  readonly definitions: readonly SettingDefinition[];
  /** What is wrong with a setting's value by its definition's schema. */
  readonly checkValue: (definition: SettingDefinition, value: unknown) => readonly Problem[];
  readonly nearest?: Nearest;
}

/** What is wrong with groups, one by one and together. Of groups that fit the schema of groups. */
export function checkGroups(groups: readonly Group[], checks: GroupChecks): GroupProblem[] {
  return [...groups.flatMap((group) => checkGroup(group, checks)), ...checkTree(groups, checks.nearest)];
}

/** What is wrong with a group whatever others there are. */
export function checkGroup(group: Group, { definitions, checkValue, nearest }: GroupChecks): GroupProblem[] {
  const problems: GroupProblem[] = [];
  const say = (path: string, message: string) => problems.push({ group: group.name, path, message });
  if (!isName(group.name, groupLimits.name)) say("/name", `A name has 1 to ${groupLimits.name} printable characters.`);
  if ((group.description?.length ?? 0) > groupLimits.description)
    say("/description", `It has more than ${groupLimits.description} characters.`);
  if (group.priority !== undefined && !isPriority(group.priority))
    say("/priority", `It is a whole number of at most ${groupLimits.priority}, above or below 0.`);
  if (group.rule === undefined && group.nodes === undefined)
    say("", "A group has a rule, a list of nodes, or both; `rule: {everything: true}` takes all.");
  if (group.rule !== undefined)
    for (const { path, message } of checkRule(group.rule, nearest)) say(`/rule${path}`, message);
  if ((group.nodes?.length ?? 0) > groupLimits.nodes) say("/nodes", `It has more than ${groupLimits.nodes} nodes.`);
  else
    for (const [i, reference] of (group.nodes ?? []).entries())
      if (!isName(reference, groupLimits.reference)) say(`/nodes/${i}`, "It is an id, a name or an alias of a node.");
  const settings = Object.entries(group.settings);
  if (settings.length > groupLimits.settings) say("/settings", `It has more than ${groupLimits.settings} settings.`);
  else if (JSON.stringify(group.settings).length > groupLimits.settingsSize)
    say("/settings", `They have more than ${groupLimits.settingsSize} characters.`);
  else
    for (const [name, value] of settings) {
      const definition = definitions.find((known) => known.name === name);
      const at = `/settings/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (definition === undefined) {
        const names = definitions.map((known) => known.name);
        const end = nearest?.(name, names) ?? `; known: ${names.join(", ")}.`;
        say(at, `${JSON.stringify(name.slice(0, 100))} is not a setting${end}`);
      } else for (const { path, message } of checkValue(definition, value)) say(at + path, message);
    }
  return problems;
}

/** What is wrong between groups: names, parents, circles, priorities. */
export function checkTree(groups: readonly Group[], nearest?: Nearest): GroupProblem[] {
  const problems: GroupProblem[] = [];
  const byKey = new Map<string, Group>();
  for (const group of groups) {
    const other = byKey.get(groupKey(group.name));
    if (other === undefined) byKey.set(groupKey(group.name), group);
    else problems.push({ group: group.name, path: "/name", message: `There is a group ${other.name} already.` });
  }
  if (groups.length > groupLimits.groups)
    problems.push({ group: "", path: "", message: `There are more than ${groupLimits.groups} groups.` });
  const names = [...byKey.values()].map(({ name }) => name);
  for (const group of byKey.values()) {
    if (group.parent === undefined) continue;
    const message =
      byKey.get(groupKey(group.parent)) === undefined
        ? `There is no group ${JSON.stringify(group.parent.slice(0, 100))}${nearest?.(group.parent, names) ?? "."}`
        : chainProblem(group, byKey);
    if (message !== undefined) problems.push({ group: group.name, path: "/parent", message });
    const priority = group.priority;
    const above = parentPriority(group, byKey);
    if (priority !== undefined && priority < above)
      problems.push({
        group: group.name,
        path: "/priority",
        message: `It is ${priority}, below its parent ${group.parent} (${above}): a parent never comes before its child.`,
      });
  }
  return problems;
}

function chainProblem(group: Group, byKey: ReadonlyMap<string, Group>): string | undefined {
  const chain = [group];
  for (let parent = parentOf(group, byKey); parent !== undefined; parent = parentOf(parent, byKey)) {
    chain.push(parent);
    // A circle further up is the problem of those who are in it.
    if (parent === group) return `It is its own ancestor: ${chain.map(({ name }) => name).join(" → ")}.`;
    if (chain.length > groupLimits.nesting) return `Groups nest at most ${groupLimits.nesting} deep.`;
  }
  return undefined;
}

function parentPriority(group: Group, byKey: ReadonlyMap<string, Group>): number {
  let steps = 0;
  for (let parent = parentOf(group, byKey); parent !== undefined; parent = parentOf(parent, byKey)) {
    if (parent.priority !== undefined) return parent.priority;
    if (++steps > groupLimits.nesting) break;
  }
  return group.parent === undefined ? Number.NEGATIVE_INFINITY : 0;
}

const parentOf = (group: Group, byKey: ReadonlyMap<string, Group>) =>
  group.parent === undefined ? undefined : byKey.get(groupKey(group.parent));

const isPriority = (value: number) => Number.isInteger(value) && Math.abs(value) <= groupLimits.priority;

function isName(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && text.isWellFormed() && !/\p{Cc}/u.test(text) && text.trim() === text;
}

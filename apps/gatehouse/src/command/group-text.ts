import type { Group, Node } from "@gatehouse/client";
import { counted } from "../server/doctor/words.js";
import { nodesText } from "./node-list.js";
import { inline, pairs, table } from "./output.js";
import { goesOn, type Page } from "./pages.js";
import { when } from "./when.js";

/** Each group below its parent, by name. */
export function groupsText(groups: readonly Group[]): string {
  const rows: (readonly unknown[])[] = [];
  const add = (parent: string | undefined, depth: number) => {
    for (const group of groups.filter((each) => each.parent?.toLowerCase() === parent?.toLowerCase())) {
      const { name, priority, settings, changedAt, changedBy } = group;
      rows.push([
        `${"  ".repeat(depth)}${name}`,
        priority ?? null,
        takes(group),
        Object.keys(settings).join(", "),
        `${when(changedAt)} by ${changedBy}`,
      ]);
      add(name, depth + 1);
    }
  };
  add(undefined, 0);
  return table(
    ["NAME", "PRIORITY", "TAKES", "GIVES", "CHANGED"],
    rows,
    "There are no groups yet. They are written in files: gatehouse apply -f examples/mixed-fleet",
  );
}

function takes({ rule, nodes }: Group): string {
  return [
    ...(rule === undefined ? [] : [JSON.stringify(rule)]),
    ...(nodes === undefined ? [] : [counted(nodes.length, "listed node")]),
  ].join(" or ");
}

/** All of one group but its nodes. */
export const groupText = ({ name, description, parent, priority, rule, nodes, settings, ...kept }: Group): string =>
  pairs([
    ["name", name],
    ["description", description],
    ["parent", parent],
    ["priority", priority],
    ["rule", rule && JSON.stringify(rule)],
    ["lists", nodes?.join(", ")],
    ...Object.entries(settings).map(([setting, value]) => [setting, inline(value)] as const),
    ["made", when(kept.createdAt)],
    ["changed", `${when(kept.changedAt)} by ${kept.changedBy}`],
  ]);

/** The nodes that a group takes, with how many they are. */
export const membersText = (total: number, page: Page<Node>): string =>
  total === 0 ? "It takes no node.\n" : `${counted(total, "node")}:\n${nodesText(page.items, true)}${goesOn(page)}`;

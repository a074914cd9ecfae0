import type { EnvironmentChange, NodeChange } from "@gatehouse/client";
import { checkEnvironmentName } from "@gatehouse/core/environments";
import { type Command, Option } from "commander";
import { type ReadTree, readTree } from "../environment/read-tree.js";
import { withFiles } from "../environment/send-tree.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { count } from "./options.js";
import { follow } from "./pages.js";
import { changesText, hasNewFailure } from "./puppet-diff-text.js";

/** Nodes that are looked at when nothing else is said. */
const USUAL = 50;
/** Nodes of one request. */
const TOGETHER = 25;

interface Flags {
  readonly group?: string;
  readonly node?: readonly string[];
  readonly limit?: number;
}

/** What is looked at, of so many. */
export interface Chosen {
  readonly nodes: readonly string[];
  readonly total: number;
}

/** `gatehouse puppet diff` */
export function diffCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("diff")
    .description(
      "what a deployment of a folder would change in the catalogs of nodes, before it is deployed: both are made here, of the same facts, and nobody gets the folder; exit code 1 where a node that gets a catalog now would get none",
    )
    .argument("<environment>", "as agents name it: a-z, 0-9 and _")
    .argument("<dir>", "as git or r10k laid it")
    .option("--group <group>", "the nodes of a group; unless given, those whose newest catalog is of the environment")
    .addOption(
      new Option("--node <node>", "a node, by name, id or alias; may be given again")
        .argParser((node: string, before: readonly string[] | undefined) => [...(before ?? []), node])
        .conflicts("group"),
    )
    .option("--limit <n>", `at most this many nodes (${USUAL})`, count)
    .action(async (name: string, dir: string, flags: Flags, command: Command) => {
      const session = sessionOf(command, context);
      checkEnvironmentName(name);
      const tree = await readTree(dir);
      session.warn(tree.warnings);
      const { nodes, total } = await chosen(session, name, flags);
      if (nodes.length === 0) throw new CommandError(NOBODY(name, flags));
      const { version, gaveUp, changes } = await compared(session, name, tree, nodes);
      session.show({ name, version, total, gaveUp, nodes: changes }, () =>
        changesText({ name, version, dir, total, chosen: nodes.length, changes }),
      );
      const failing = changes.filter(hasNewFailure).length;
      if (failing > 0)
        throw new CommandError(`${failing} ${failing === 1 ? "node" : "nodes"} would get no catalog any more.`);
    });
}

/** Asks for all nodes: an answer has those for which there was time. */
async function compared(session: Session, name: string, tree: ReadTree, nodes: readonly string[]) {
  const params = { path: { name } };
  const changes: NodeChange[] = [];
  let last: EnvironmentChange | undefined;
  while (changes.length < nodes.length) {
    const body = { entries: [...tree.entries], nodes: nodes.slice(changes.length, changes.length + TOGETHER) };
    const ask = () => session.ask((api) => api.POST("/environments/{name}/differences", { params, body }));
    last = last === undefined ? (await withFiles(session, tree, ask)).answer : await ask();
    changes.push(...last.nodes);
    if (last.gaveUp || last.nodes.length === 0) break;
  }
  return { version: last?.version ?? null, gaveUp: last?.gaveUp ?? false, changes };
}

async function chosen(session: Session, name: string, { group, node, limit = USUAL }: Flags): Promise<Chosen> {
  if (node !== undefined) {
    const all = [...new Set(node)];
    return { nodes: all.slice(0, limit), total: all.length };
  }
  if (group === undefined) {
    const params = { path: { name }, query: { limit } };
    const { nodes, total } = await session.ask((api) => api.GET("/environments/{name}/nodes", { params }));
    return { nodes: nodes.map(({ id }) => id), total };
  }
  const members = await follow({ all: true }, async (query) => {
    const params = { path: { name: group }, query };
    const page = await session.ask((api) => api.GET("/groups/{name}/nodes", { params }));
    return { items: page.nodes, next: page.next };
  });
  const all = members.items.filter(
    ({ state, agents }) => state === "active" && agents.some(({ family }) => family === "puppet"),
  );
  return { nodes: all.slice(0, limit).map(({ id }) => id), total: all.length };
}

const NOBODY = (name: string, { group }: Flags) =>
  group === undefined
    ? `No active node got its newest catalog of ${name}: name some with --node, or with --group.`
    : `No active node of the group ${group} has a Puppet or OpenVox agent.`;

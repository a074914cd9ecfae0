import type { Command } from "commander";
import { part } from "./client.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { table, when } from "./output.js";

interface Node {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly createdAt: string;
  readonly lastSeen: string | null;
  readonly agents: readonly {
    readonly id: string;
    readonly family: string;
    readonly aliases: readonly { readonly kind: string; readonly value: string }[];
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly lastSeen: string | null;
  }[];
  readonly evidence: readonly { readonly kind: string; readonly value: string }[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** `gatehouse node …` */
export function nodeCommands(program: Command, context: CommandContext): void {
  const node = program.command("node").description("the machines that are managed");
  node
    .command("list")
    .description("every node, by name")
    .option("--limit <n>", "at most this many; all when left out")
    .action(async (options: { limit?: string }, command: Command) => {
      const session = sessionOf(command, context);
      const most = options.limit === undefined ? Number.POSITIVE_INFINITY : Number(options.limit);
      if (!(most >= 1)) throw new CommandError(`${options.limit} is no number of nodes.`, EXIT.usage);
      const nodes: Node[] = [];
      for (let after: string | null = ""; after !== null && nodes.length < most; ) {
        const query = new URLSearchParams({
          limit: String(Math.min(500, most - nodes.length)),
          ...(after === "" ? {} : { after }),
        });
        const page: { nodes: Node[]; next: string | null } = await session.api("GET", `/nodes?${query}`);
        nodes.push(...page.nodes);
        after = page.next;
      }
      session.show(nodes, () =>
        table(
          ["NAME", "STATE", "AGENTS", "LAST SEEN", "ALIAS"],
          nodes.map((item) => [
            item.name,
            item.state,
            item.agents.map(({ family }) => family).join(", "),
            when(item.lastSeen),
            item.agents[0]?.aliases[0]?.value,
          ]),
          "There are no nodes yet.",
        ),
      );
    });
  node
    .command("show")
    .description("one node with its agents, evidence and settings")
    .argument("<node>", "name, id or alias")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.api<Node>("GET", `/nodes/${part(reference)}`);
      session.show(found, () => {
        const rows: [string, unknown][] = [
          ["name", found.name],
          ["id", found.id],
          ["state", found.state],
          ["since", when(found.createdAt)],
          ["last seen", when(found.lastSeen)],
          ...found.evidence.map(({ kind, value }): [string, unknown] => [kind, value]),
          ...Object.entries(found.settings).map(([name, value]): [string, unknown] => [name, JSON.stringify(value)]),
          ...found.agents.flatMap((agent): [string, unknown][] => [
            ...agent.aliases.map(({ kind, value }): [string, unknown] => [`${agent.family} ${kind}`, value]),
            ...Object.entries(agent.attributes).map(([name, value]): [string, unknown] => [
              `${agent.family} ${name}`,
              typeof value === "string" ? value : JSON.stringify(value),
            ]),
          ]),
        ];
        return table(["", ""], rows, "").replace(/^\n/, "");
      });
    });
}

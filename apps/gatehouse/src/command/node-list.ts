import type { AgentFamily, Node, NodeState, ReportStatus } from "@gatehouse/client";
import { agentFamilies, nodeStates } from "@gatehouse/core/nodes";
import { reportStatuses } from "@gatehouse/core/reports";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { labelText } from "./node-text.js";
import { count, labels } from "./options.js";
import { table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { when } from "./when.js";

interface Flags extends PageFlags {
  readonly state?: NodeState;
  readonly name?: string;
  readonly label?: string[];
  readonly family?: AgentFamily;
  readonly reportStatus?: ReportStatus;
  readonly notSeenDays?: number;
  readonly where?: string;
  readonly sort?: string;
}

/** `gatehouse node list` */
export function listCommand(node: Command, context: CommandContext): void {
  const list = node
    .command("list")
    .description("nodes by name")
    .addOption(new Option("--state <state>", "only those in this state").choices(nodeStates))
    .option("--name <text>", "only those whose name begins so")
    .option("--label <k=v>", "only those with this label; may be given again", labels)
    .addOption(new Option("--family <family>", "only those with an agent of this family").choices(agentFamilies))
    .addOption(new Option("--report-status <status>", "only those whose newest run went so").choices(reportStatuses))
    .option("--where <rule>", 'only those that a rule takes: {"field": "facts.os.family", "eq": "Debian"}')
    .option("--sort <field>", "name, or a fact of search.indexed such as facts.os.family")
    .option("--not-seen-days <n>", "only those that did not call for so many days", count);
  paged(list).action(async (flags: Flags, command: Command) => {
    const session = sessionOf(command, context);
    const { limit: _, after: __, all: ___, sort, ...filter } = flags;
    const page = await follow(flags, async (part) => {
      const { nodes, next } = await session.ask((api) =>
        api.GET("/nodes", { params: { query: { ...filter, ...(sort === undefined ? {} : { sort }), ...part } } }),
      );
      return { items: nodes, next };
    });
    const isFiltered = Object.keys(filter).length > 0;
    session.show({ nodes: page.items, next: page.next }, () => nodesText(page.items, isFiltered) + goesOn(page));
  });
}

export function nodesText(nodes: readonly Node[], isFiltered: boolean): string {
  return table(
    ["NAME", "STATE", "AGENTS", "NEWEST RUN", "LAST SEEN", "ALIAS", "LABELS"],
    nodes.map(({ name, state, agents, lastSeen, labels }) => [
      name,
      state,
      agents.map(({ family }) => family).join(", "),
      agents.flatMap(({ latestReport }) => latestReport?.status ?? []).join(", "),
      when(lastSeen),
      agents[0]?.aliases[0]?.value,
      labelText(labels),
    ]),
    isFiltered
      ? "No node is like that."
      : "There are no nodes yet. A key for the first: gatehouse dsc key add --name NAME; simulated ones: gatehouse simulate --dsc 5 --puppet 5",
  );
}

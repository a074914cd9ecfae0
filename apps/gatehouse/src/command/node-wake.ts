import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { order, targetOf } from "./job-change.js";
import { count, several } from "./options.js";
import { delay } from "./when.js";

interface Flags {
  readonly task?: readonly string[];
  readonly group?: string;
  readonly perMinute?: number;
  readonly waitFor?: number;
}

/** `gatehouse node wake` */
export function wakeCommand(node: Command, context: CommandContext): void {
  node
    .command("wake")
    .description("have agents come now; what was tried is told by: gatehouse job show")
    .argument("[node...]", "name, id or alias")
    .option("--task <task>", "what the agent runs then (inventory); may be given again, in this order", several)
    .option("--group <group>", "the nodes of this group, as it is now")
    .addOption(new Option("--per-minute <n>", "not all at once: this many in a minute").argParser(count))
    .option("--wait-for <time>", "who does not come in this time is not waited for (1d)", delay)
    .action(async (nodes: string[], flags: Flags, command: Command) => {
      const session = sessionOf(command, context);
      const { task: tasks = ["inventory"], group, perMinute, waitFor: waitSeconds } = flags;
      if (group !== undefined && nodes.length > 0)
        throw new CommandError("For whom? Nodes, or --group GROUP: one of them.", EXIT.usage);
      if (group === undefined && nodes.length === 0)
        throw new CommandError("Whom? gatehouse node wake NODE …, or --group GROUP.", EXIT.usage);
      await order(session, {
        work: { task: "wake", spec: { tasks: [...tasks] } },
        ...targetOf({ node: nodes, ...(group === undefined ? {} : { group }) }),
        ...(perMinute === undefined ? {} : { perMinute }),
        ...(waitSeconds === undefined ? {} : { waitSeconds }),
      });
    });
}

import type { Recording } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { count } from "./options.js";
import { printable, table } from "./output.js";
import { delay, when } from "./when.js";

interface RecordFlags {
  readonly node?: string;
  readonly group?: string;
  readonly protocol?: string;
  readonly route?: string;
  readonly from?: string;
  readonly status?: number;
  readonly for?: number;
  readonly most?: number;
  readonly megabytes?: number;
}

/** `gatehouse exchange record|recordings|stop` */
export function recordingCommands(exchange: Command, context: CommandContext): void {
  exchange
    .command("record")
    .description("record what agents say and are answered, for a while")
    .argument("[name]", "what the recording is called")
    .option("--node <node>", "of this node: name, id or alias")
    .option("--group <group>", "of the nodes of this group")
    .option("--protocol <protocol>", "of this protocol, such as dsc")
    .option("--route <route>", "of routes whose name begins so, such as puppet.v3")
    .option("--from <address>", "of this client: also of agents that nobody knows yet")
    .option("--status <least>", "answers from this status on, such as 400", count)
    .option("--for <time>", "ends after so long: 1h unless told, 30d at the most", delay)
    .option("--most <n>", "ends after so many exchanges: 1000 unless told", count)
    .option("--megabytes <n>", "ends when they carried so much: 256 unless told", count)
    .action(async (name: string | undefined, flags: RecordFlags, command: Command) => {
      const session = sessionOf(command, context);
      const { status, for: length, ...rest } = flags;
      const body = {
        ...rest,
        ...(name !== undefined && { name }),
        ...(status !== undefined && { leastStatus: status }),
        ...(length !== undefined && { seconds: length }),
      };
      const made = await session.ask((api) => api.POST("/recordings", { body }));
      session.show(
        made,
        () => `Recording until ${when(made.endsAt)}, at most ${made.most} exchanges: gatehouse exchange tail\n`,
      );
    });
  exchange
    .command("recordings")
    .description("what is recorded, those that are on first")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/recordings"));
      session.show(found, () =>
        table(
          ["NAME", "STATE", "OF", "RECORDED", "ENDS", "BY", "ID"],
          found.recordings.map((one) => [
            one.name,
            one.state,
            specText(one),
            `${one.recorded} of ${one.most}`,
            when(one.endsAt),
            one.createdBy,
            one.id,
          ]),
          "Nothing was recorded yet: gatehouse exchange record --node NODE",
        ),
      );
    });
  exchange
    .command("stop")
    .description("stop a recording; what it kept stays for its days")
    .argument("<recording>", "name or id")
    .action(async (recording: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { recording } };
      const gone = await session.ask((api) => api.DELETE("/recordings/{recording}", { params }));
      session.show(gone, () => `${printable(gone.name ?? gone.id)} is stopped; it has ${gone.recorded} exchanges.\n`);
    });
}

const specText = ({ spec }: Recording): string =>
  Object.entries(spec)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ") || "all";

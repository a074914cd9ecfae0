import type { Command } from "commander";
import { bytes, counted } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { printable } from "./output.js";

/** `gatehouse dead-letter redrive` */
export function redriveCommand(letter: Command, context: CommandContext): void {
  letter
    .command("redrive")
    .description("put a dead letter back, to be processed again: after an update that can read it")
    .argument("[id]", "the dead letter's id")
    .option("--all", "every one of them")
    .action(async (id: string | undefined, { all = false }: { all?: boolean }, command: Command) => {
      if ((id === undefined) !== all) throw new CommandError("Say which: an id, or --all.", EXIT.usage);
      const session = sessionOf(command, context);
      if (id === undefined) {
        const done = await session.ask((api) => api.POST("/dead-letters/redrive"));
        session.show(done, () =>
          done.redriven === 0
            ? "There was none.\n"
            : `${counted(done.redriven, "dead letter")} put back. Those that are refused again: gatehouse dead-letter list\n`,
        );
        return;
      }
      await session.ask((api) => api.POST("/dead-letters/{letter}/redrive", { params: { path: { letter: id } } }));
      session.show(undefined, () => `${id} is put back. If it is refused again: gatehouse dead-letter show ${id}\n`);
    });
}

/** `gatehouse dead-letter discard` */
export function discardCommand(letter: Command, context: CommandContext): void {
  letter
    .command("discard")
    .description("throw a dead letter away for good")
    .argument("<id>", "the dead letter's id")
    .option("--yes", "do it; without it, only what would go is said")
    .action(async (id: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { letter: id } };
      if (!yes) {
        const found = await session.ask((api) => api.GET("/dead-letters/{letter}", { params }));
        session.show(
          found,
          () => `${id}, ${bytes(found.size)} of ${printable(found.nodeName ?? found.agentId)}, would go.\n`,
        );
        throw new CommandError("Nothing was thrown away. It cannot be undone: say --yes to do it.", EXIT.usage);
      }
      await session.ask((api) => api.DELETE("/dead-letters/{letter}", { params }));
      session.show(undefined, () => `${id} is gone.\n`);
    });
}

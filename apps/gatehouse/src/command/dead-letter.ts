import type { DeadLetter } from "@gatehouse/client";
import type { Command } from "commander";
import { bytes } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { discardCommand, redriveCommand } from "./dead-letter-change.js";
import { pairs, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { when, whenAndAgo } from "./when.js";

/** `gatehouse dead-letter …` */
export function deadLetterCommands(program: Command, context: CommandContext): void {
  const letter = program.command("dead-letter").description("what agents handed in and processing refused; it is kept");
  for (const add of [listCommand, showCommand, redriveCommand, discardCommand]) add(letter, context);
}

function listCommand(letter: Command, context: CommandContext): void {
  const list = letter.command("list").description("dead letters, newest failure first");
  paged(list).action(async (flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const page = await follow(flags, async (query) => {
      const { deadLetters, next } = await session.ask((api) => api.GET("/dead-letters", { params: { query } }));
      return { items: deadLetters, next };
    });
    session.show({ deadLetters: page.items, next: page.next }, () => deadLettersText(page.items) + goesOn(page));
  });
}

export function deadLettersText(letters: readonly DeadLetter[]): string {
  return table(
    ["REFUSED", "NODE", "KIND", "SIZE", "WHY", "REDRIVEN", "ID"],
    letters.map(({ id, nodeName, kind, size, failedAt, failure, redrives }) => [
      when(failedAt),
      nodeName,
      kind,
      bytes(size),
      `${failure.code}: ${failure.message}`,
      redrives === 0 ? null : redrives,
      id,
    ]),
    "There are no dead letters: everything that agents handed in was understood.",
  );
}

function showCommand(letter: Command, context: CommandContext): void {
  letter
    .command("show")
    .description("one dead letter, and why it was refused")
    .argument("<id>", "the dead letter's id")
    .option("--raw", "its bytes, as they came")
    .action(async (id: string, { raw = false }: { raw?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { letter: id } };
      if (raw) {
        const body = await session.ask((api) =>
          api.GET("/dead-letters/{letter}/body", { params, parseAs: "arrayBuffer" }),
        );
        return session.raw(new Uint8Array(body));
      }
      const found = await session.ask((api) => api.GET("/dead-letters/{letter}", { params }));
      session.show(found, () => deadLetterText(found));
    });
}

export function deadLetterText(letter: DeadLetter): string {
  const { id, nodeName, nodeId, agentId, kind, size, acceptedAt, failedAt, failure, redrives } = letter;
  return pairs([
    ["dead letter", id],
    ["node", nodeName === null ? null : `${nodeName} (${nodeId})`],
    ["agent", agentId],
    ["kind", kind],
    ["size", `${bytes(size)} (--raw prints it)`],
    ["accepted", whenAndAgo(acceptedAt)],
    ["refused", whenAndAgo(failedAt)],
    ["why", `${failure.code}: ${failure.message}`],
    ["where", failure.detail],
    ["redriven", redrives === 0 ? null : `${redrives} times`],
    ["try it again", `gatehouse dead-letter redrive ${id}`],
  ]);
}

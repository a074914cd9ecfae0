import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { part } from "./client.js";
import { type CommandContext, sessionOf } from "./context.js";
import { table, when } from "./output.js";

interface Key {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** `gatehouse dsc key …` */
export function keyCommands(dsc: Command, context: CommandContext): void {
  const key = dsc.command("key").description("registration keys: what an LCM has as RegistrationKey");
  key
    .command("add")
    .description("add a key; its text is shown this once")
    .requiredOption("--name <name>", "what the key is called here")
    .option("--key <text>", "the key as LCMs have it; a new one is made when left out")
    .option("--key-file <file>", "read the key from a file: the command line is visible to others on the machine")
    .action(async (options: { name: string; key?: string; keyFile?: string }, command: Command) => {
      const session = sessionOf(command, context);
      const text = options.keyFile === undefined ? options.key : readFileSync(options.keyFile, "utf8").trim();
      const added = await session.api<Key & { key: string; warnings: string[] }>("POST", "/enrolment-keys/dsc", {
        json: { name: options.name, ...(text === undefined ? {} : { key: text }) },
      });
      session.warn(added.warnings);
      session.show(added, () => `RegistrationKey ${added.key}\n`);
    });
  key
    .command("list")
    .description("names and states of the keys, never their texts")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const { keys } = await session.api<{ keys: Key[] }>("GET", "/enrolment-keys/dsc");
      session.show(keys, () =>
        table(
          ["NAME", "STATE", "ADDED", "REVOKED", "ID"],
          keys.map((item) => [
            item.name,
            item.revokedAt === null ? "active" : "revoked",
            when(item.createdAt),
            when(item.revokedAt),
            item.id,
          ]),
          "There are no keys yet: gatehouse dsc key add --name NAME",
        ),
      );
    });
  key
    .command("revoke")
    .description("let no more nodes in with a key; those that are in stay")
    .argument("<name>", "name or id")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.api("DELETE", `/enrolment-keys/dsc/${part(name)}`);
      session.show(undefined, () => `${name} is revoked.\n`);
    });
}

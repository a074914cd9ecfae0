import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { table } from "./output.js";
import { when } from "./when.js";

const DSC = { protocol: "dsc" } as const;

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
      const text = options.keyFile === undefined ? options.key : readKey(options.keyFile);
      const body = { name: options.name, ...(text === undefined ? {} : { key: text }) };
      const added = await session.ask((api) => api.POST("/enrolment-keys/{protocol}", { params: { path: DSC }, body }));
      session.warn(added.warnings);
      session.show(added, () => `RegistrationKey ${added.key}\n`);
    });
  key
    .command("list")
    .description("names and states of the keys, never their texts")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/enrolment-keys/{protocol}", { params: { path: DSC } }));
      session.show(found, () =>
        table(
          ["NAME", "STATE", "ADDED", "REVOKED", "ID"],
          found.keys.map((item) => [
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
      const params = { path: { ...DSC, key: name } };
      await session.ask((api) => api.DELETE("/enrolment-keys/{protocol}/{key}", { params }));
      session.show(undefined, () => `${name} is revoked.\n`);
    });
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw new CommandError(`The key cannot be read: ${(thrown as Error).message}.`, EXIT.usage);
  }
}

import type { Command } from "commander";
import { part } from "./client.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { table, when } from "./output.js";

interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** `gatehouse token …` */
export function tokenCommands(program: Command, context: CommandContext): void {
  const token = program.command("token").description("operators' tokens for the API and this command");
  token
    .command("create")
    .description("make a token; its text is shown this once")
    .requiredOption("--name <name>")
    .requiredOption("--role <role>", "viewer, operator or admin")
    .option("--days <n>", "ends after this many days; never when left out")
    .action(async (options: { name: string; role: string; days?: string }, command: Command) => {
      const session = sessionOf(command, context);
      const days = options.days === undefined ? undefined : Number(options.days);
      if (days !== undefined && !(days > 0))
        throw new CommandError(`${options.days} is no number of days.`, EXIT.usage);
      const expires = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() };
      const made = await session.api<Token & { token: string }>("POST", "/tokens", {
        json: { name: options.name, role: options.role, ...expires },
      });
      session.show(made, () => `${made.token}\n`);
    });
  token
    .command("list")
    .description("every token, never its text")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const { tokens } = await session.api<{ tokens: Token[] }>("GET", "/tokens");
      session.show(tokens, () =>
        table(
          ["NAME", "ROLE", "STATE", "MADE", "ENDS", "ID"],
          tokens.map((item) => [
            item.name,
            item.role,
            stateOf(item),
            when(item.createdAt),
            when(item.expiresAt),
            item.id,
          ]),
          "There are no tokens.",
        ),
      );
    });
  token
    .command("revoke")
    .description("end a token now")
    .argument("<name>", "name or id")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.api("DELETE", `/tokens/${part(name)}`);
      session.show(undefined, () => `${name} is revoked.\n`);
    });
}

function stateOf({ revokedAt, expiresAt }: Token): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? "expired" : "active";
}

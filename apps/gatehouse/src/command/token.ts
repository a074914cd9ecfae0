import type { Role, Token } from "@gatehouse/client";
import { roles } from "@gatehouse/core/access";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { count } from "./options.js";
import { table } from "./output.js";
import { when } from "./when.js";

/** `gatehouse token …` */
export function tokenCommands(program: Command, context: CommandContext): void {
  const token = program.command("token").description("operators' tokens for the API and this command");
  token
    .command("create")
    .description("make a token; its text is shown this once")
    .requiredOption("--name <name>")
    .addOption(new Option("--role <role>", "what its holder may do").choices(roles).makeOptionMandatory())
    .option("--days <n>", "ends after this many days; never when left out", count)
    .action(async ({ name, role, days }: { name: string; role: Role; days?: number }, command: Command) => {
      const session = sessionOf(command, context);
      const expires = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() };
      const made = await session.ask((api) => api.POST("/tokens", { body: { name, role, ...expires } }));
      session.show(made, () => `${made.token}\n`);
    });
  token
    .command("list")
    .description("every token, never its text")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/tokens"));
      session.show(found, () =>
        table(
          ["NAME", "ROLE", "STATE", "MADE", "ENDS", "ID"],
          found.tokens.map((item) => [
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
      await session.ask((api) => api.DELETE("/tokens/{token}", { params: { path: { token: name } } }));
      session.show(undefined, () => `${name} is revoked.\n`);
    });
}

function stateOf({ revokedAt, expiresAt }: Token): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? "expired" : "active";
}

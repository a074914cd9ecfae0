import type { AgentLoginKind } from "@gatehouse/client";
import { loginKinds } from "@gatehouse/core/enrolment";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { printable, table } from "./output.js";
import { SECRET_FILE, secretIn } from "./secret-file.js";
import { when } from "./when.js";

interface KindFlag {
  readonly kind: AgentLoginKind;
}
interface AddFlags extends KindFlag {
  readonly agent?: string;
  readonly secretFile?: string;
}

const kindOption = (description: string) => new Option("--kind <kind>", description).choices(loginKinds);

/** `gatehouse enrolment login …` */
export function loginCommands(enrolment: Command, context: CommandContext): void {
  const login = enrolment.command("login").description("what inventory agents prove themselves with: Basic and OAuth2");
  login
    .command("add")
    .description("add a login; its secret is shown this once")
    .argument("<name>", "the user's name, or the client's id")
    .addOption(kindOption("how agents use it").makeOptionMandatory())
    .option("--agent <id>", "of this agent alone: its agentid or deviceid")
    .option(...SECRET_FILE)
    .action(async (name: string, { kind, agent, secretFile }: AddFlags, command: Command) => {
      const session = sessionOf(command, context);
      const body = { kind, name, ...secretIn(secretFile), ...(agent !== undefined && { agent }) };
      const made = await session.ask((api) => api.POST("/enrolment/logins", { body }));
      session.show(made, () => `${made.secret}\n`);
    });
  login
    .command("list")
    .description("every login, never its secret")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/enrolment/logins"));
      session.show(found, () =>
        table(
          ["NAME", "KIND", "STATE", "OF", "ADDED", "BY", "ID"],
          found.logins.map((item) => [
            item.name,
            item.kind,
            item.revokedAt === null ? "active" : "revoked",
            item.agent ?? "many",
            when(item.createdAt),
            item.createdBy,
            item.id,
          ]),
          "There are no logins yet: gatehouse enrolment login add NAME --kind basic",
        ),
      );
    });
  login
    .command("revoke")
    .description("take nothing more that is proved by a login; nodes stay")
    .argument("<login>", "name or id")
    .addOption(kindOption("how agents use it").default("basic"))
    .action(async (reference: string, { kind }: KindFlag, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { kind, login: reference } };
      await session.ask((api) => api.DELETE("/enrolment/logins/{kind}/{login}", { params }));
      session.show(undefined, () => `${printable(reference)} is revoked.\n`);
    });
}

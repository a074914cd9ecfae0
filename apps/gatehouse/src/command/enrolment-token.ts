import type { RegistrationToken } from "@gatehouse/client";
import type { Command } from "commander";
import { counted } from "../server/doctor/words.js";
import { comingMoment } from "./ca-options.js";
import { type CommandContext, sessionOf } from "./context.js";
import { count } from "./options.js";
import { printable, table } from "./output.js";
import { SECRET_FILE, secretIn } from "./secret-file.js";
import { when } from "./when.js";

interface CreateFlags {
  readonly tag?: string;
  readonly agent?: string;
  readonly uses?: number;
  readonly expires?: string;
  readonly secretFile?: string;
}

/** `gatehouse enrolment token …` */
export function registrationTokenCommands(enrolment: Command, context: CommandContext): void {
  const token = enrolment.command("token").description("what GLPI agents register with (REGISTER)");
  token
    .command("create")
    .description("make a token; its secret is shown this once")
    .argument("<name>", "what it is called here")
    .option("--tag <tag>", "only for agents that say this tag")
    .option("--agent <agentid>", "only for this agent or proxy")
    .option("--uses <n>", "ends after so many registrations", count)
    .option("--expires <when>", "ends after so long, such as 30d, or at a date; never when left out", (text) =>
      comingMoment(text),
    )
    .option(...SECRET_FILE)
    .action(async (name: string, { tag, agent, uses, expires, secretFile }: CreateFlags, command: Command) => {
      const session = sessionOf(command, context);
      const body = {
        ...{ name, ...secretIn(secretFile) },
        ...(tag !== undefined && { tag }),
        ...(agent !== undefined && { agent }),
        ...(uses !== undefined && { mostUses: uses }),
        ...(expires !== undefined && { expiresAt: expires }),
      };
      const made = await session.ask((api) => api.POST("/enrolment/tokens", { body }));
      session.show(made, () => `${made.secret}\n`);
    });
  token
    .command("list")
    .description("every token, never its secret")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/enrolment/tokens"));
      session.show(found, () =>
        table(
          ["NAME", "STATE", "FOR", "USES", "MADE", "BY", "ENDS", "ID"],
          found.tokens.map((item) => [
            item.name,
            stateOf(item),
            forWhom(item),
            item.mostUses === null ? item.uses : `${item.uses} of ${item.mostUses}`,
            when(item.createdAt),
            item.createdBy,
            when(item.expiresAt),
            item.id,
          ]),
          "There are no tokens yet: gatehouse enrolment token create NAME",
        ),
      );
    });
  token
    .command("revoke")
    .description("end a token now, with all keys that agents got for it")
    .argument("<token>", "name or id")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { token: reference } };
      const gone = await session.ask((api) => api.DELETE("/enrolment/tokens/{token}", { params }));
      session.show(gone, () => `${printable(gone.token.name)} is revoked, and ${counted(gone.keys, "key")} with it.\n`);
    });
}

function stateOf({ revokedAt, expiresAt, mostUses, uses }: RegistrationToken): string {
  if (revokedAt !== null) return "revoked";
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return "expired";
  return mostUses !== null && uses >= mostUses ? "used up" : "active";
}

const forWhom = ({ agent, tag }: RegistrationToken): string =>
  [...(agent === null ? [] : [agent]), ...(tag === null ? [] : [`tag ${tag}`])].join(", ") || "all";

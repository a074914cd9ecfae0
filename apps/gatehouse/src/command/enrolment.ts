import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { agentKeyCommands } from "./enrolment-key.js";
import { loginCommands } from "./enrolment-login.js";
import { registrationTokenCommands } from "./enrolment-token.js";

/** `gatehouse enrolment …` */
export function enrolmentCommands(program: Command, context: CommandContext): void {
  const enrolment = program
    .command("enrolment")
    .description("what inventory agents prove themselves with: tokens, logins, keys");
  for (const add of [registrationTokenCommands, loginCommands, agentKeyCommands]) add(enrolment, context);
}

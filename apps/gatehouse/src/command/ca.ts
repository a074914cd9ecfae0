import type { Command } from "commander";
import { bootstrapCommand } from "./ca-bootstrap.js";
import { cleanCommand, revokeCommand, signCommand } from "./ca-change.js";
import { generateCommand } from "./ca-generate.js";
import { listCommand } from "./ca-list.js";
import { policyCommands } from "./ca-policy.js";
import { crlCommand, showCommand } from "./ca-show.js";
import { caTransferCommands } from "./ca-transfer.js";
import type { CommandContext } from "./context.js";

/** In the order of the help. */
const COMMANDS = [
  listCommand,
  showCommand,
  signCommand,
  revokeCommand,
  cleanCommand,
  generateCommand,
  bootstrapCommand,
  crlCommand,
  policyCommands,
  caTransferCommands,
];

/** `gatehouse ca …` */
export function caCommands(program: Command, context: CommandContext): void {
  const ca = program.command("ca").description("the certificate authority: requests, certificates, who is signed");
  for (const add of COMMANDS) add(ca, context);
}

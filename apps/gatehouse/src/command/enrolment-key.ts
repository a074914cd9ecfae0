import type { AgentKey } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { printable, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { when } from "./when.js";

/** `gatehouse enrolment key …` */
export function agentKeyCommands(enrolment: Command, context: CommandContext): void {
  const key = enrolment.command("key").description("the keys that agents got when they registered, and encrypt with");
  const list = key
    .command("list")
    .description("whose they are and their states, never the keys")
    .argument("[agentid]", "only those of this agent or proxy");
  paged(list).action(async (agent: string | undefined, flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const page = await follow(flags, async (part) => {
      const query = { ...part, ...(agent !== undefined && { agent }) };
      const { keys, next } = await session.ask((api) => api.GET("/enrolment/agent-keys", { params: { query } }));
      return { items: keys, next };
    });
    session.show({ keys: page.items, next: page.next }, () => {
      const none = "There are no keys: agents get them when they register with a token.";
      const rows = page.items.map((item) => [
        ...[item.owner, stateOf(item), item.token, when(item.createdAt), when(item.expiresAt), item.nodeId, item.id],
      ]);
      return table(["AGENT", "STATE", "FOR THE TOKEN", "GIVEN", "ENDS", "NODE", "ID"], rows, none) + goesOn(page);
    });
  });
  key
    .command("revoke")
    .description("take nothing more that is encrypted with a key; its agent may register anew")
    .argument("<key>", "its id, as `enrolment key list` shows it")
    .action(async (id: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { key: id } };
      const gone = await session.ask((api) => api.DELETE("/enrolment/agent-keys/{key}", { params }));
      session.show(gone, () => `Key ${gone.id} of ${printable(gone.owner)} is revoked.\n`);
    });
  key
    .command("renew")
    .description("ask a key's agent to register anew; it is told so when it calls next")
    .argument("<key>", "its id, as `enrolment key list` shows it")
    .action(async (id: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { key: id } };
      const asked = await session.ask((api) => api.POST("/enrolment/agent-keys/{key}/renew", { params }));
      session.show(asked, () => `${printable(asked.owner)} is asked to register anew when it calls next.\n`);
    });
}

function stateOf({ revokedAt, expiresAt, confirmedAt, renewalAskedAt }: AgentKey): string {
  if (revokedAt !== null) return "revoked";
  if (Date.parse(expiresAt) <= Date.now()) return "expired";
  if (renewalAskedAt !== null) return "to be renewed";
  return confirmedAt === null ? "not used yet" : "active";
}

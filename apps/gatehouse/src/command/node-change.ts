import type { LabelChange } from "@gatehouse/client";
import type { Command } from "commander";
import { counted } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { labelText, purgeText } from "./node-text.js";
import { printable } from "./output.js";

/** `gatehouse node label` */
export function labelCommand(node: Command, context: CommandContext): void {
  node
    .command("label")
    .description("give a node labels (site=berlin) and take some away (site-)")
    .argument("<node>", "name, id or alias")
    .argument("<change...>", "KEY=VALUE, or KEY- to take it away")
    .action(async (reference: string, words: string[], _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const body = labelChange(words);
      const after = await session.ask((api) => api.POST("/nodes/{node}/labels", { params, body }));
      session.show(after, () => `${reference}: ${printable(labelText(after.labels))}\n`);
    });
}

/** What words such as `site=berlin` and `site-` ask for. @throws CommandError for others, and for a key that stands twice */
export function labelChange(words: readonly string[]): LabelChange {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const seen = new Set<string>();
  for (const word of words) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? /^([^=]+)-$/.exec(word) ?? [];
    if (key === undefined) throw new CommandError(`${word} is neither KEY=VALUE nor KEY-.`, EXIT.usage);
    if (seen.has(key)) throw new CommandError(`${key} stands there twice.`, EXIT.usage);
    seen.add(key);
    if (value === undefined) remove.push(key);
    else set[key] = value;
  }
  return { ...(Object.keys(set).length > 0 ? { set } : {}), ...(remove.length > 0 ? { remove } : {}) };
}

/** `gatehouse node deactivate` and `gatehouse node activate` */
export function lifeCycleCommands(node: Command, context: CommandContext): void {
  node
    .command("deactivate")
    .description("take a node out of service: its agents are refused")
    .argument("<node>", "name, id or alias")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const after = await session.ask((api) => api.POST("/nodes/{node}/deactivate", { params }));
      session.show(
        after,
        () => `${printable(after.name)} is out of service. Back again: gatehouse node activate ${after.id}\n`,
      );
    });
  node
    .command("activate")
    .description("take a node into service again")
    .argument("<node>", "name, id or alias")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const after = await session.ask((api) => api.POST("/nodes/{node}/activate", { params }));
      session.show(after, () => `${printable(after.name)} is in service.\n`);
    });
}

/** `gatehouse node purge` */
export function purgeCommand(node: Command, context: CommandContext): void {
  node
    .command("purge")
    .description("delete a node with all that is stored of it")
    .argument("<node>", "name, id or alias")
    .option("--yes", "do it; without it, only what would go is said")
    .action(async (reference: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      if (!yes) {
        const found = await session.ask((api) => api.GET("/nodes/{node}", { params }));
        session.show(found, () => purgeText(found));
        throw new CommandError("Nothing was deleted. It cannot be undone: say --yes to do it.", EXIT.usage);
      }
      const gone = await session.ask((api) => api.DELETE("/nodes/{node}", { params }));
      session.show(
        gone,
        () =>
          `${printable(gone.name)} is gone, with ${counted(gone.agents, "agent")} and ${counted(gone.reports, "report")}.\n`,
      );
    });
}

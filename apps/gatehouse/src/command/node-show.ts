import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { explanationText, nodeText } from "./node-text.js";

/** `gatehouse node show` */
export function showCommand(node: Command, context: CommandContext): void {
  node
    .command("show")
    .description("one node with its agents, evidence, labels and settings")
    .argument("<node>", "name, id or alias")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/nodes/{node}", { params: { path: { node: reference } } }));
      session.show(found, () => nodeText(found));
    });
}

/** `gatehouse node explain` */
export function explainCommand(node: Command, context: CommandContext): void {
  node
    .command("explain")
    .description("why a node is this node, is in its state, and gets what it gets")
    .argument("<node>", "name, id or alias")
    .action(async (reference: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const found = await session.ask((api) => api.GET("/nodes/{node}/explain", { params }));
      session.show(found, () => explanationText(found));
    });
}

import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { readGroupFile } from "./group-file.js";
import { groupsText, groupText, membersText } from "./group-text.js";
import { follow, type PageFlags, paged } from "./pages.js";

/** `gatehouse group …` : groups are written by `gatehouse apply`. */
export function groupCommands(program: Command, context: CommandContext): void {
  const group = program.command("group").description("groups of nodes, and what they give");
  for (const add of [listCommand, showCommand, testCommand]) add(group, context);
}

function listCommand(group: Command, context: CommandContext): void {
  group
    .command("list")
    .description("the groups, each below its parent")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/groups"));
      session.show(found, () => groupsText(found.groups));
    });
}

function showCommand(group: Command, context: CommandContext): void {
  const show = group.command("show").description("one group, and its nodes").argument("<name>", "the group's name");
  paged(show).action(async (name: string, flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const path = { name };
    const found = await session.ask((api) => api.GET("/groups/{name}", { params: { path } }));
    const { total, page } = await membersOf(flags, (query) =>
      session.ask((api) => api.GET("/groups/{name}/nodes", { params: { path, query } })),
    );
    session.show(
      { ...found, total, nodes: page.items, next: page.next },
      () => `${groupText(found)}\n${membersText(total, page)}`,
    );
  });
}

function testCommand(group: Command, context: CommandContext): void {
  const test = group
    .command("test")
    .description("the nodes that a group would take; nothing is stored")
    .argument("<file>", "a document of kind Group, its spec, or a rule (YAML or JSON); - for standard input");
  paged(test).action(async (file: string, flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const draft = await readGroupFile(file);
    const { total, page } = await membersOf(flags, (part) =>
      session.ask((api) => api.POST("/groups/test", { body: { ...draft, ...part } })),
    );
    session.show({ total, nodes: page.items, next: page.next }, () => membersText(total, page));
  });
}

/** Members, with how many they are in all. */
async function membersOf<Node>(
  flags: PageFlags,
  ask: (part: {
    limit: number;
    after?: string;
  }) => Promise<{ total: number; nodes: readonly Node[]; next: string | null }>,
) {
  let total = 0;
  const page = await follow(flags, async (part) => {
    const members = await ask(part);
    total = members.total;
    return { items: members.nodes, next: members.next };
  });
  return { total, page };
}

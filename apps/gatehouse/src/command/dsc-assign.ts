import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { CONFIGURATION } from "./publish.js";

const SETTING = "dsc.configurations";

/** `gatehouse dsc assign` and `gatehouse dsc unassign` */
export function assignmentCommands(dsc: Command, context: CommandContext): void {
  dsc
    .command("assign")
    .description("give a node configurations, whatever it registered")
    .argument("<node>")
    .argument("<name...>")
    .action(async (node: string, names: string[], _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node, setting: SETTING } };
      await session.ask((api) => api.PUT("/nodes/{node}/settings/{setting}", { params, body: { value: names } }));
      const { artifacts } = await session.ask((api) =>
        api.GET("/artifacts/{kind}", { params: { path: { kind: CONFIGURATION } } }),
      );
      const published = new Set(artifacts.map((head) => head.name.toLowerCase()));
      session.warn(
        names
          .filter((name) => !published.has(name.toLowerCase()))
          .map((name) => `${name} is not published yet: the node is told to try again until it is.`),
      );
      session.show(undefined, () => `${node} gets ${names.join(", ")} from its next check-in on.\n`);
    });

  dsc
    .command("unassign")
    .description("give a node what it registered again")
    .argument("<node>")
    .action(async (node: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node, setting: SETTING } };
      await session.ask((api) => api.DELETE("/nodes/{node}/settings/{setting}", { params }));
      session.show(undefined, () => `${node} gets what it registered from its next check-in on.\n`);
    });
}

import type { HealthCheck } from "@gatehouse/core/health";
import type { Command } from "commander";
import type { Flags } from "../../config/load.js";
import type { Config } from "../../config/types.js";
import { failed, ok, reasonOf } from "../../server/doctor/check.js";
import { counted } from "../../server/doctor/words.js";
import { type CommandContext, sessionOf } from "../context.js";
import { CommandError } from "../errors.js";
import { examine } from "./examine.js";
import { examinationText } from "./text.js";

/** `gatehouse doctor` */
export function doctorCommands(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("look over the gateway, and the way to it from here; without one, what keeps it from starting")
    .option("--config <file>", "the gateway's gatehouse.yaml, when it has one")
    .action(async (_: Flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const { config, check } = await configOf(flags, context.env);
      const session = sessionOf(command, context);
      const isLocal = !context.env["GATEHOUSE_URL"];
      const { here, gateway } = await examine({
        env: context.env,
        dataDir: config?.dataDir ?? session.dataDir,
        config,
        isLocal,
      });
      const mine = isLocal ? [check, ...here] : here;
      const checks = [
        ...mine.map((found) => ({ seenFrom: "here", ...found })),
        ...gateway.map((found) => ({ seenFrom: "gateway", ...found })),
      ];
      session.show({ checks }, () =>
        examinationText([
          { heading: "From here", checks: mine },
          { heading: "From the gateway", checks: gateway },
        ]),
      );
      const failures = checks.filter(({ state }) => state === "failed").length;
      if (failures > 0) throw new CommandError(`${counted(failures, "check")} failed.`);
    });
}

async function configOf(
  flags: Flags,
  env: NodeJS.ProcessEnv,
): Promise<{ config: Config | undefined; check: HealthCheck }> {
  const { loadConfig } = await import("../../config/load.js");
  try {
    return { config: loadConfig(flags, env), check: ok("config", "The configuration is good.") };
  } catch (thrown) {
    const advice = "A gateway does not start with it. The settings: docs/reference/configuration.md.";
    return { config: undefined, check: failed("config", reasonOf(thrown), advice) };
  }
}

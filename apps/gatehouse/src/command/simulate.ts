import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FleetSummary } from "@gatehouse/simulator";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { count as above0 } from "./options.js";
import { pairs } from "./output.js";
import { publish, toPublish } from "./publish.js";

const NAME = "SimulatedWeb";
const MODULE_NAME = "xSimulated";
const MODULE_VERSION = "1.0.0.0";

interface Flags {
  readonly dsc: number;
  readonly runs: number;
  readonly rate: number;
  readonly serverUrl?: string;
}

/** `gatehouse simulate` */
export function simulateCommands(program: Command, context: CommandContext): void {
  program
    .command("simulate")
    .description("let simulated agents use this gateway, for a first look and for load")
    .requiredOption("--dsc <n>", "number of DSC nodes", above0)
    .option("--runs <n>", "check-ins of each", above0, 2)
    .option("--rate <n>", "nodes started per second", above0, 50)
    .option("--server-url <url>", "the ServerURL of the nodes; this gateway's when left out")
    .action(async ({ dsc: count, runs, rate, serverUrl }: Flags, command: Command) => {
      const { simulateDscFleet } = await import("@gatehouse/simulator");
      const session = sessionOf(command, context);
      await publishSamples(session);
      const { name, key } = await addKey(session);
      try {
        const { url, ca, fingerprint } = session.target;
        const summary = await simulateDscFleet({
          serverUrl: serverUrl ?? `${url}/PSDSCPullServer.svc`,
          registrationKey: key,
          count,
          runs,
          rate,
          configurationNames: [NAME],
          report: true,
          flavour: ["wmf51", "wmf50", "linux"],
          // A gateway of this machine is known by its fingerprint, which the calls above have checked.
          ...(fingerprint === undefined
            ? ca === undefined
              ? {}
              : { tls: { ca } }
            : { tls: { rejectUnauthorized: false } }),
        });
        session.show(summary, () => describe(summary));
        if (summary.failures > 0) throw new CommandError(`${summary.failures} of the simulated agents' steps failed.`);
      } finally {
        const params = { path: { protocol: "dsc", key: name } };
        await session.ask((api) => api.DELETE("/enrolment-keys/{protocol}/{key}", { params }));
      }
    });
}

function addKey(session: Session) {
  const body = { name: `simulation-${process.pid}-${Date.now()}` };
  return session.ask((api) => api.POST("/enrolment-keys/{protocol}", { params: { path: { protocol: "dsc" } }, body }));
}

/** The sample configuration and its module, through the same door as an operator's own. */
async function publishSamples(session: Session): Promise<void> {
  const { sampleConfiguration, sampleModule } = await import("@gatehouse/simulator");
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-samples-"));
  try {
    const module = { name: MODULE_NAME, version: MODULE_VERSION };
    const files: [string, Buffer][] = [
      [`${MODULE_NAME}_${MODULE_VERSION}.zip`, await sampleModule(MODULE_NAME, MODULE_VERSION)],
      [`${NAME}.mof`, sampleConfiguration({ name: NAME, module })],
    ];
    for (const [name, content] of files) {
      const file = path.join(dir, name);
      writeFileSync(file, content);
      await publish(session, toPublish(file));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** `checksumMismatches` as people write it. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function describe(summary: FleetSummary): string {
  const { firstFailures, byAction, ...counts } = summary;
  const rows = Object.entries(counts).map(
    ([name, value]) => [inWords(name), typeof value === "number" ? Math.round(value) : value] as const,
  );
  const actions = Object.entries(byAction).map(([name, value]) => [`answered ${name}`, value] as const);
  const failures = firstFailures.map((failure) => `  ${JSON.stringify(failure)}\n`).join("");
  return `${pairs([...rows, ...actions])}${failures}`;
}

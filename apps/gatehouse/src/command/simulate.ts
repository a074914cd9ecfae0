import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FleetSummary, sampleConfiguration, sampleModule, simulateDscFleet } from "@gatehouse/simulator";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { table } from "./output.js";

const NAME = "SimulatedWeb";
const MODULE_NAME = "xSimulated";
const MODULE_VERSION = "1.0.0.0";

/** `gatehouse simulate` */
export function simulateCommands(program: Command, context: CommandContext): void {
  program
    .command("simulate")
    .description("let simulated agents use this gateway, for a first look and for load")
    .requiredOption("--dsc <n>", "number of DSC nodes")
    .option("--runs <n>", "check-ins of each", "2")
    .option("--rate <n>", "nodes started per second", "50")
    .option("--server-url <url>", "the ServerURL of the nodes; this gateway's when left out")
    .action(async (options: { dsc: string; runs: string; rate: string; serverUrl?: string }, command: Command) => {
      const [count, runs, rate] = [options.dsc, options.runs, options.rate].map(Number) as [number, number, number];
      if (![count, runs, rate].every((value) => Number.isInteger(value) && value > 0)) {
        throw new CommandError("--dsc, --runs and --rate are whole numbers above 0.", EXIT.usage);
      }
      const session = sessionOf(command, context);
      await publishSamples(session);
      const { name, key } = await addKey(session);
      try {
        const { url, ca, fingerprint } = session.target;
        const summary = await simulateDscFleet({
          serverUrl: options.serverUrl ?? `${url}/PSDSCPullServer.svc`,
          registrationKey: key,
          count,
          runs,
          rate,
          configurationNames: [NAME],
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
        await session.api("DELETE", `/enrolment-keys/dsc/${encodeURIComponent(name)}`);
      }
    });
}

async function addKey(session: Session): Promise<{ name: string; key: string }> {
  const name = `simulation-${process.pid}-${Date.now()}`;
  return session.api<{ name: string; key: string }>("POST", "/enrolment-keys/dsc", { json: { name } });
}

/** The sample configuration and its module, through the same door as an operator's own. */
async function publishSamples(session: Session): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-samples-"));
  try {
    const module = { name: MODULE_NAME, version: MODULE_VERSION };
    const files: [string, string, Buffer][] = [
      ["dsc-module", `${MODULE_NAME}_${MODULE_VERSION}.zip`, await sampleModule(MODULE_NAME, MODULE_VERSION)],
      ["dsc-configuration", `${NAME}.mof`, sampleConfiguration({ name: NAME, module })],
    ];
    for (const [kind, name, content] of files) {
      const file = path.join(dir, name);
      writeFileSync(file, content);
      await session.api("POST", `/artifacts/${kind}?file=${name}`, {
        stream: { source: createReadStream(file), length: statSync(file).size },
      });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** `checksumMismatches` as people write it. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function describe(summary: FleetSummary): string {
  const { firstFailures, byAction, ...counts } = summary;
  const rows = Object.entries(counts).map(([name, value]) => [
    inWords(name),
    typeof value === "number" ? Math.round(value) : value,
  ]);
  const actions = Object.entries(byAction).map(([name, value]) => [`answered ${name}`, value]);
  const failures = firstFailures.map((failure) => `  ${JSON.stringify(failure)}\n`).join("");
  return `${table(["", ""], [...rows, ...actions], "").replace(/^\n/, "")}${failures}`;
}

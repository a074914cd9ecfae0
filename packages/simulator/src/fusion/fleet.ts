import { type InventoryAnswer, type InventoryLogin, type InventoryTls, serverOf } from "../inventory/connection.js";
import { type Crew, checkPace, type FleetPace, runFleet } from "../run-fleet.js";
import { FusionRestAgent } from "./agent.js";
import type { FusionRestAgentOptions } from "./options.js";
import type { FusionRun } from "./run.js";
import {
  countFusionAnswer,
  countFusionFailure,
  countFusionRun,
  type FusionFleetSummary,
  newFusionFleetSummary,
} from "./summary.js";

/** How many agents do what, and how fast. */
export interface FusionFleetOptions extends FleetPace, Pick<FusionRestAgentOptions, "machine" | "firstStart"> {
  /** How they ask for their configuration; both: one agent so, the next one so, beginning with single. Aggregated unless told. */
  readonly form?: NonNullable<FusionRestAgentOptions["form"]> | "both";
  /** The configured `server=` of each, such as `http://HOST:PORT/plugins/fusioninventory/`. */
  readonly serverUrl: string;
  /** The name of the n-th machine, from 0. */
  readonly name: (n: number) => string;
  /** Whole runs of each agent; its first begins with an inventory, so that the server knows it. */
  readonly runs: number;
  readonly tls?: InventoryTls;
  /** What each answers a 401 with that asks for Basic. */
  readonly login?: InventoryLogin;
  readonly timeoutMs?: number;
  /** Called after every run. */
  readonly onRun?: (run: FusionRun) => void;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: InventoryAnswer) => void;
}

/**
 * Lets many simulated agents of FusionInventory's REST protocol ask for their configuration and do their jobs. What packages
 * do to a machine is pretended.
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no http(s) URL
 */
export async function simulateFusionFleet(options: FusionFleetOptions): Promise<FusionFleetSummary> {
  checkPace(options);
  serverOf(options.serverUrl);
  const summary = newFusionFleetSummary();
  return runFleet(options, summary, (n, crew) => live(newAgent(options, n, summary), options, crew, summary));
}

function newAgent(options: FusionFleetOptions, n: number, summary: FusionFleetSummary): FusionRestAgent {
  const { serverUrl, form: said, machine, firstStart, tls, login, timeoutMs } = options;
  const form = said === "both" ? (n % 2 === 0 ? "single" : "aggregated") : said;
  return new FusionRestAgent({
    serverUrl,
    name: options.name(n),
    introduces: true,
    ...(form === undefined ? {} : { form }),
    ...(machine === undefined ? {} : { machine }),
    ...(firstStart === undefined ? {} : { firstStart }),
    ...(tls === undefined ? {} : { tls }),
    ...(login === undefined ? {} : { login }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onAnswer: (answer) => {
      countFusionAnswer(summary, answer);
      options.onAnswer?.(answer);
    },
  });
}

/** One agent from its first run to its last one. */
async function live(
  agent: FusionRestAgent,
  options: FusionFleetOptions,
  crew: Crew,
  summary: FusionFleetSummary,
): Promise<void> {
  for (let round = 0; round < options.runs; round += 1) {
    await crew.rest(round);
    await crew.turn(async () => {
      if (round === 0) summary.agents += 1;
      try {
        const run = await agent.run();
        countFusionRun(summary, run);
        options.onRun?.(run);
      } catch (error) {
        countFusionFailure(summary, agent.deviceId, error);
      }
    });
  }
  await agent.close();
}

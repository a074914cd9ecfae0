import { bytesOfUuid } from "../register/block.js";
import { type Crew, checkPace, type FleetPace, runFleet } from "../run-fleet.js";
import type { InventoryAgent, InventoryAgentOptions, InventoryProgram, InventoryRun } from "./agent.js";
import { type InventoryAnswer, type InventoryLogin, type InventoryTls, serverOf } from "./connection.js";
import { FusionAgent } from "./fusion-agent.js";
import { GlpiAgent } from "./glpi-agent.js";
import { OcsAgent } from "./ocs-agent.js";
import {
  countInventoryFailure,
  countInventoryRun,
  type InventoryFleetSummary,
  newInventoryFleetSummary,
} from "./summary.js";

/** How many agents do what, and how fast. */
export interface InventoryFleetOptions extends FleetPace {
  readonly program: InventoryProgram;
  /** The configured `server=` of each, such as `http://HOST:PORT/front/inventory.php`. */
  readonly serverUrl: string;
  /** The name of the n-th machine, from 0. */
  readonly name: (n: number) => string;
  /** Whole runs of each agent. */
  readonly runs: number;
  readonly tag?: string;
  readonly tls?: InventoryTls;
  /** What each answers a 401 with that asks for Basic. */
  readonly login?: InventoryLogin;
  /** A UUID: GLPI agents register with it, and encrypt. */
  readonly registerToken?: string;
  readonly timeoutMs?: number;
  /** Called after every run. */
  readonly onRun?: (run: InventoryRun) => void;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: InventoryAnswer) => void;
}

/**
 * Lets many simulated inventory agents of one program contact a server and inventory their machines.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no http(s) URL and for a token that is
 * no UUID
 */
export async function simulateInventoryFleet(options: InventoryFleetOptions): Promise<InventoryFleetSummary> {
  checkPace(options);
  serverOf(options.serverUrl);
  if (options.registerToken !== undefined) bytesOfUuid(options.registerToken);
  const summary = newInventoryFleetSummary();
  return runFleet(options, summary, (n, crew) => live(newAgent(options, n, summary), options, crew, summary));
}

function newAgent(options: InventoryFleetOptions, n: number, summary: InventoryFleetSummary): InventoryAgent {
  const { serverUrl, tag, tls, login, registerToken, timeoutMs } = options;
  const agent: InventoryAgentOptions = {
    serverUrl,
    name: options.name(n),
    ...(tag === undefined ? {} : { tag }),
    ...(tls === undefined ? {} : { tls }),
    ...(login === undefined ? {} : { login }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onAnswer: (answer) => {
      if (answer.status >= 500) summary.serverErrors += 1;
      options.onAnswer?.(answer);
    },
  };
  if (options.program === "glpi")
    return new GlpiAgent({ ...agent, ...(registerToken === undefined ? {} : { registerToken }) });
  return options.program === "ocs" ? new OcsAgent(agent) : new FusionAgent(agent);
}

/** One agent from its first run to its last one. */
async function live(
  agent: InventoryAgent,
  options: InventoryFleetOptions,
  crew: Crew,
  summary: InventoryFleetSummary,
): Promise<void> {
  for (let round = 0; round < options.runs; round += 1) {
    await crew.rest(round);
    await crew.turn(async () => {
      if (round === 0) summary.agents += 1;
      try {
        const run = await agent.run();
        countInventoryRun(summary, run);
        options.onRun?.(run);
      } catch (error) {
        countInventoryFailure(summary, agent.deviceId, error);
      }
    });
  }
}

import { setMaxListeners } from "node:events";
import { Limit } from "../limit.js";
import { pause } from "../pause.js";
import { bytesOfUuid } from "../register/block.js";
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
export interface InventoryFleetOptions {
  readonly program: InventoryProgram;
  /** The configured `server=` of each, such as `http://HOST:PORT/front/inventory.php`. */
  readonly serverUrl: string;
  /** The name of the n-th machine, from 0. */
  readonly name: (n: number) => string;
  /** Number of agents. */
  readonly count: number;
  /** Whole runs of each agent. */
  readonly runs: number;
  /** Agents started per second; all at once when left out. */
  readonly rate?: number;
  /** Pause between two runs of an agent, in milliseconds; 0 by default. */
  readonly intervalMs?: number;
  /** Agents that talk to the server at the same time; 50 by default. Waiting agents hold no connection. */
  readonly concurrency?: number;
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
  /** Stops the fleet: runs under way are finished, nothing new begins, and the summary says so. */
  readonly signal?: AbortSignal;
}

/**
 * Lets many simulated inventory agents of one program contact a server and inventory their machines.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no http(s) URL and for a token that is
 * no UUID
 */
export async function simulateInventoryFleet(options: InventoryFleetOptions): Promise<InventoryFleetSummary> {
  if ((options.rate ?? 1) <= 0 || (options.concurrency ?? 1) < 1)
    throw new RangeError("rate and concurrency must be positive");
  serverOf(options.serverUrl);
  if (options.registerToken !== undefined) bytesOfUuid(options.registerToken);
  const summary = newInventoryFleetSummary();
  // Every sleeping agent listens; a signal of our own may have that many listeners without a warning.
  const signal = AbortSignal.any(options.signal === undefined ? [] : [options.signal]);
  setMaxListeners(0, signal);
  const limit = new Limit(options.concurrency ?? 50);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: options.count }, async (_, n) => {
      if (options.rate !== undefined) await pause((n * 1000) / options.rate, signal);
      await live(newAgent(options, n, summary), { ...options, signal }, limit, summary);
    }),
  );
  summary.durationMs = performance.now() - started;
  return summary;
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
  options: InventoryFleetOptions & { signal: AbortSignal },
  limit: Limit,
  summary: InventoryFleetSummary,
): Promise<void> {
  for (let round = 0; round < options.runs; round += 1) {
    if (round > 0 && (options.intervalMs ?? 0) > 0) await pause(options.intervalMs ?? 0, options.signal);
    await limit.run(async () => {
      summary.aborted ||= options.signal.aborted;
      if (summary.aborted) return;
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

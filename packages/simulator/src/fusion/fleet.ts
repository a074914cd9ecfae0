import { setMaxListeners } from "node:events";
import { type InventoryAnswer, type InventoryLogin, type InventoryTls, serverOf } from "../inventory/connection.js";
import { Limit } from "../limit.js";
import { pause } from "../pause.js";
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
export interface FusionFleetOptions extends Pick<FusionRestAgentOptions, "machine" | "firstStart"> {
  /** How they ask for their configuration; both: one agent so, the next one so, beginning with single. Aggregated unless told. */
  readonly form?: NonNullable<FusionRestAgentOptions["form"]> | "both";
  /** The configured `server=` of each, such as `http://HOST:PORT/plugins/fusioninventory/`. */
  readonly serverUrl: string;
  /** The name of the n-th machine, from 0. */
  readonly name: (n: number) => string;
  /** Number of agents. */
  readonly count: number;
  /** Whole runs of each agent; its first begins with an inventory, so that the server knows it. */
  readonly runs: number;
  /** Agents started per second; all at once when left out. */
  readonly rate?: number;
  /** Pause between two runs of an agent, in milliseconds; 0 by default. */
  readonly intervalMs?: number;
  /** Agents that talk to the server at the same time; 50 by default. Waiting agents hold no connection. */
  readonly concurrency?: number;
  readonly tls?: InventoryTls;
  /** What each answers a 401 with that asks for Basic. */
  readonly login?: InventoryLogin;
  readonly timeoutMs?: number;
  /** Called after every run. */
  readonly onRun?: (run: FusionRun) => void;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: InventoryAnswer) => void;
  /** Stops the fleet: runs under way are finished, nothing new begins, and the summary says so. */
  readonly signal?: AbortSignal;
}

/**
 * Lets many simulated agents of FusionInventory's REST protocol ask for their configuration and do their jobs. What packages
 * do to a machine is pretended.
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no http(s) URL
 */
export async function simulateFusionFleet(options: FusionFleetOptions): Promise<FusionFleetSummary> {
  if ((options.rate ?? 1) <= 0 || (options.concurrency ?? 1) < 1)
    throw new RangeError("rate and concurrency must be positive");
  serverOf(options.serverUrl);
  const summary = newFusionFleetSummary();
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
  options: FusionFleetOptions & { signal: AbortSignal },
  limit: Limit,
  summary: FusionFleetSummary,
): Promise<void> {
  for (let round = 0; round < options.runs; round += 1) {
    if (round > 0 && (options.intervalMs ?? 0) > 0) await pause(options.intervalMs ?? 0, options.signal);
    await limit.run(async () => {
      summary.aborted ||= options.signal.aborted;
      if (summary.aborted) return;
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

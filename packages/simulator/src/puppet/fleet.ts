import { setMaxListeners } from "node:events";
import { Limit } from "../limit.js";
import { pause } from "../pause.js";
import { PuppetAgent, type PuppetRun } from "./agent.js";
import type { PuppetAnswer } from "./connection.js";
import { countPuppetFailure, countPuppetRun, newPuppetFleetSummary, type PuppetFleetSummary } from "./summary.js";
import type { PuppetVersion } from "./version.js";

/** How many agents do what, and how fast. */
export interface PuppetFleetOptions {
  /** `https://HOST:PORT`; HOST must be a name of the gateway's certificate. */
  readonly serverUrl: string;
  /** The name of the n-th agent, from 0; in lower case. */
  readonly certname: (n: number) => string;
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
  /** Of a rule of the autosign policy. */
  readonly token?: string;
  readonly environment?: string;
  readonly noop?: boolean;
  /** One version for all, or several taken in turn; "7.23.0" by default. */
  readonly version?: PuppetVersion | readonly PuppetVersion[];
  readonly timeoutMs?: number;
  /** Called after every run. */
  readonly onRun?: (run: PuppetRun) => void;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: PuppetAnswer) => void;
  /** Stops the fleet: runs under way are finished, nothing new begins, and the summary says so. */
  readonly signal?: AbortSignal;
}

/**
 * Lets many simulated Puppet agents enrol and run.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no https URL
 */
export async function simulatePuppetFleet(options: PuppetFleetOptions): Promise<PuppetFleetSummary> {
  if ((options.rate ?? 1) <= 0 || (options.concurrency ?? 1) < 1) {
    throw new RangeError("rate and concurrency must be positive");
  }
  if (URL.parse(options.serverUrl)?.protocol !== "https:")
    throw new TypeError(`not an https URL: ${options.serverUrl}`);
  const summary = newPuppetFleetSummary();
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

function newAgent(options: PuppetFleetOptions, n: number, summary: PuppetFleetSummary): PuppetAgent {
  const { serverUrl, token, environment, noop, timeoutMs } = options;
  const versions = [options.version ?? "7.23.0"].flat();
  return new PuppetAgent({
    serverUrl,
    certname: options.certname(n),
    version: versions[n % versions.length] ?? "7.23.0",
    ...(token === undefined ? {} : { token }),
    ...(environment === undefined ? {} : { environment }),
    ...(noop === undefined ? {} : { noop }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onAnswer: (answer) => {
      if (answer.status >= 500) summary.serverErrors += 1;
      options.onAnswer?.(answer);
    },
  });
}

/** One agent from enrolment to its last run; an agent without a certificate has nothing to run with. */
async function live(
  agent: PuppetAgent,
  options: PuppetFleetOptions & { signal: AbortSignal },
  limit: Limit,
  summary: PuppetFleetSummary,
): Promise<void> {
  const stopped = (): boolean => {
    summary.aborted ||= options.signal.aborted;
    return summary.aborted;
  };
  const attempt = async <T>(step: () => Promise<T>): Promise<T | undefined> => {
    if (stopped()) return undefined;
    return step().catch((error: unknown): undefined => countPuppetFailure(summary, agent.certname, error) as undefined);
  };
  await limit.run(() =>
    attempt(async () => {
      summary.agents += 1;
      await agent.enrol();
      summary.enrolled += 1;
    }),
  );
  for (let round = 0; agent.identity !== undefined && round < options.runs; round += 1) {
    if (round > 0 && (options.intervalMs ?? 0) > 0) await pause(options.intervalMs ?? 0, options.signal);
    await limit.run(async () => {
      const run = await attempt(() => agent.run());
      if (run === undefined) return;
      countPuppetRun(summary, run);
      options.onRun?.(run);
    });
  }
}

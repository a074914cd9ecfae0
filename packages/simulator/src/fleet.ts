import { setMaxListeners } from "node:events";
import { LcmError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import { countAnswer, countFailure, countRun, type FleetSummary, newFleetSummary } from "./fleet-summary.js";
import { Lcm } from "./lcm.js";
import type { LcmRun } from "./lcm-state.js";
import { Limit } from "./limit.js";
import { pause } from "./pause.js";
import type { LcmAnswer, LcmTls } from "./transport.js";

/** How many agents do what, and how fast. */
export interface DscFleetOptions {
  readonly serverUrl: string;
  readonly registrationKey: string;
  /** Number of agents. */
  readonly count: number;
  /** Agents started per second; all at once when left out. */
  readonly rate?: number;
  /** Check-ins per agent, after its registration. */
  readonly runs: number;
  /** Pause between two check-ins of an agent, in milliseconds; 0 by default. */
  readonly intervalMs?: number;
  readonly configurationNames: readonly string[];
  /** Agents that talk to the server at the same time; 100 by default. Waiting agents hold no connection. */
  readonly concurrency?: number;
  /** Whether agents send reports; false by default. */
  readonly report?: boolean;
  /** One flavour for all, or several taken in turn; "wmf51" by default. */
  readonly flavour?: Flavour | readonly Flavour[];
  readonly partials?: boolean;
  readonly timeoutMs?: number;
  readonly tls?: LcmTls;
  /** Called after every consistency run. */
  readonly onRun?: (run: LcmRun) => void;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: LcmAnswer) => void;
  /** Stops the fleet: requests under way are finished, nothing new begins, and the summary says so. */
  readonly signal?: AbortSignal;
}

/**
 * Lets many simulated LCMs register and check in.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a ServerURL that is none
 */
export async function simulateDscFleet(options: DscFleetOptions): Promise<FleetSummary> {
  if ((options.rate ?? 1) <= 0 || (options.concurrency ?? 1) < 1) {
    throw new RangeError("rate and concurrency must be positive");
  }
  const summary = newFleetSummary();
  // Every sleeping agent listens; a signal of our own may have that many listeners without a warning.
  const signal = AbortSignal.any(options.signal === undefined ? [] : [options.signal]);
  setMaxListeners(0, signal);
  const limit = new Limit(options.concurrency ?? 100);
  const flavours = [options.flavour ?? "wmf51"].flat();
  const started = performance.now();
  const agents = Array.from({ length: options.count }, async (_, index) => {
    const lcm = newAgent(options, summary, flavours[index % flavours.length] ?? "wmf51");
    if (options.rate !== undefined) {
      await pause((index * 1000) / options.rate, signal);
    }
    await live(lcm, { ...options, signal }, limit, summary);
  });
  await Promise.all(agents);
  summary.durationMs = performance.now() - started;
  return summary;
}

function newAgent(options: DscFleetOptions, summary: FleetSummary, flavour: Flavour): Lcm {
  const { serverUrl, registrationKey, configurationNames, partials, timeoutMs, tls, report } = options;
  return new Lcm({
    serverUrl,
    registrationKey,
    configurationNames,
    flavour,
    report: report ?? false,
    ...(partials === undefined ? {} : { partials }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(tls === undefined ? {} : { tls }),
    onAnswer: (answer) => {
      countAnswer(summary, answer);
      options.onAnswer?.(answer);
    },
  });
}

/** One agent from registration to its last check-in; an agent that cannot register has nothing to check in for. */
async function live(
  lcm: Lcm,
  options: DscFleetOptions & { signal: AbortSignal },
  limit: Limit,
  summary: FleetSummary,
): Promise<void> {
  const stopped = (): boolean => {
    summary.aborted ||= options.signal.aborted;
    return summary.aborted;
  };
  let registered = false;
  await limit.run(async () => {
    if (!stopped()) {
      summary.agents += 1;
      registered = await register(lcm, summary);
      lcm.close();
    }
  });
  for (let round = 0; registered && round < options.runs; round += 1) {
    if (round > 0 && (options.intervalMs ?? 0) > 0) {
      await pause(options.intervalMs ?? 0, options.signal);
    }
    await limit.run(async () => {
      if (!stopped()) {
        const run = await lcm.run().catch((error: unknown) => countFailure(summary, lcm.agentId, error));
        lcm.close();
        if (run !== undefined) {
          countRun(summary, run);
          options.onRun?.(run);
        }
      }
    });
  }
}

async function register(lcm: Lcm, summary: FleetSummary): Promise<boolean> {
  try {
    const refused = (await lcm.register()).filter((answer) => !answer.ok);
    for (const answer of refused) {
      const text = `Registration was answered with status ${answer.status}.`;
      countFailure(summary, lcm.agentId, new LcmError("status", answer.operation, text, answer));
    }
    summary.registered += refused.length === 0 ? 1 : 0;
    return refused.length === 0;
  } catch (error) {
    countFailure(summary, lcm.agentId, error);
    return false;
  }
}

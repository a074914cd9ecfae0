import { LcmError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import { countAnswer, countFailure, countRun, type FleetSummary, newFleetSummary } from "./fleet-summary.js";
import { Lcm } from "./lcm.js";
import type { LcmRun } from "./lcm-state.js";
import { type Crew, type FleetPace, runFleet } from "./run-fleet.js";
import type { LcmAnswer, LcmTls } from "./transport.js";

/** LCMs that talk to the server at the same time, unless told. */
const USUAL_CONCURRENCY = 100;

/** How many agents do what, and how fast. */
export interface DscFleetOptions extends FleetPace {
  readonly serverUrl: string;
  readonly registrationKey: string;
  /** Check-ins per agent, after its registration. */
  readonly runs: number;
  readonly configurationNames: readonly string[];
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
}

/**
 * Lets many simulated LCMs register and check in.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a ServerURL that is none
 */
export async function simulateDscFleet(options: DscFleetOptions): Promise<FleetSummary> {
  const summary = newFleetSummary();
  const flavours = [options.flavour ?? "wmf51"].flat();
  return runFleet({ concurrency: USUAL_CONCURRENCY, ...options }, summary, (n, crew) =>
    live(newAgent(options, summary, flavours[n % flavours.length] ?? "wmf51"), options, crew, summary),
  );
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
async function live(lcm: Lcm, options: DscFleetOptions, crew: Crew, summary: FleetSummary): Promise<void> {
  let registered = false;
  await crew.turn(async () => {
    summary.agents += 1;
    registered = await register(lcm, summary);
    lcm.close();
  });
  for (let round = 0; registered && round < options.runs; round += 1) {
    await crew.rest(round);
    await crew.turn(async () => {
      const run = await lcm.run().catch((error: unknown) => countFailure(summary, lcm.agentId, error));
      lcm.close();
      if (run === undefined) return;
      countRun(summary, run);
      options.onRun?.(run);
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

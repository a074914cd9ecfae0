import { type Crew, checkPace, type FleetPace, runFleet } from "../run-fleet.js";
import { PuppetAgent, type PuppetRun } from "./agent.js";
import type { PuppetAnswer } from "./connection.js";
import { countPuppetFailure, countPuppetRun, newPuppetFleetSummary, type PuppetFleetSummary } from "./summary.js";
import type { PuppetVersion } from "./version.js";

/** How many agents do what, and how fast. */
export interface PuppetFleetOptions extends FleetPace {
  /** `https://HOST:PORT`; HOST must be a name of the gateway's certificate. */
  readonly serverUrl: string;
  /** The name of the n-th agent, from 0; in lower case. */
  readonly certname: (n: number) => string;
  /** Whole runs of each agent. */
  readonly runs: number;
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
}

/**
 * Lets many simulated Puppet agents enrol and run.
 *
 * @returns counts; failures of agents are counted, never thrown
 * @throws RangeError for a rate or concurrency that is not positive, TypeError for a server that is no https URL
 */
export async function simulatePuppetFleet(options: PuppetFleetOptions): Promise<PuppetFleetSummary> {
  checkPace(options);
  if (URL.parse(options.serverUrl)?.protocol !== "https:")
    throw new TypeError(`not an https URL: ${options.serverUrl}`);
  const summary = newPuppetFleetSummary();
  return runFleet(options, summary, (n, crew) => live(newAgent(options, n, summary), options, crew, summary));
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
  options: PuppetFleetOptions,
  crew: Crew,
  summary: PuppetFleetSummary,
): Promise<void> {
  const attempt = (step: () => Promise<void>): Promise<void> =>
    crew.turn(() => step().catch((error: unknown) => countPuppetFailure(summary, agent.certname, error)));
  await attempt(async () => {
    summary.agents += 1;
    await agent.enrol();
    summary.enrolled += 1;
  });
  for (let round = 0; agent.identity !== undefined && round < options.runs; round += 1) {
    await crew.rest(round);
    await attempt(async () => {
      const run = await agent.run();
      countPuppetRun(summary, run);
      options.onRun?.(run);
    });
  }
}

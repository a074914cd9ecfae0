import type { Load } from "./load/load.js";
import type { LoadPlan, LoadResult, RequestShape } from "./load/types.js";
import type { Settings } from "./settings.js";
import { pairedRatio, type Spread, spread } from "./stats.js";

/** A server under load. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly postmaster: number;
  /** Agents that take turns. */
  readonly agents: number;
}

/** What the rounds of one subject gave, in the order of the rounds. */
export interface Measured {
  readonly name: string;
  readonly rounds: readonly LoadResult[];
}

/**
 * Lets all subjects take turns, so that whatever else the machine does hits all of them: each round loads each subject
 * once, and the next round begins with another one. The first rounds of each warm it up and are thrown away.
 */
export async function takeTurns(
  load: Load,
  subjects: readonly Subject[],
  request: RequestShape,
  expected: Buffer,
  settings: Settings,
): Promise<Measured[]> {
  const plan = (subject: Subject): LoadPlan => ({
    host: "127.0.0.1",
    port: subject.port,
    connections: settings.connections,
    settleSeconds: settings.settleSeconds,
    seconds: settings.seconds,
    maxRequests: 1_000_000,
    agents: subject.agents,
    request,
    expected: expected.toString("base64"),
    serverPid: subject.pid,
    postmaster: subject.postmaster,
  });
  const results = subjects.map((): LoadResult[] => []);
  for (let i = 0; i < settings.warmUps; i++) for (const subject of subjects) await load.run(plan(subject));
  for (let round = 0; round < settings.rounds; round++) {
    for (let i = 0; i < subjects.length; i++) {
      const turn = (round + i) % subjects.length;
      const subject = subjects[turn];
      if (subject !== undefined) results[turn]?.push(await load.run(plan(subject)));
    }
  }
  return subjects.map(({ name }, i) => ({ name, rounds: results[i] ?? [] }));
}

/** One quantity of all rounds, or undefined where it could not be measured. */
export function values(measured: Measured, of: (round: LoadResult) => number | null): number[] | undefined {
  const found = measured.rounds.map(of);
  return found.every((value) => value !== null) ? found : undefined;
}

/** CPU time of the server and its database, per request. */
export const wholeCpu = (round: LoadResult): number | null =>
  round.serverCpu === null || round.postgresCpu === null ? null : round.serverCpu + round.postgresCpu;

/** Paired ratio of one quantity of two subjects; undefined where it could not be measured. */
export function ratio(a: Measured, b: Measured, of: (round: LoadResult) => number | null): Spread | undefined {
  const [left, right] = [values(a, of), values(b, of)];
  return left && right ? pairedRatio(left, right) : undefined;
}

export interface Row {
  readonly name: string;
  readonly requestsPerSecond: Spread;
  readonly serverCpuMicroseconds: Spread | null;
  readonly postgresCpuMicroseconds: Spread | null;
  readonly p50Milliseconds: Spread;
  readonly p99Milliseconds: Spread;
}

/** One line of a table: medians and ranges over the rounds. */
export function rowOf(measured: Measured): Row {
  const all = (of: (round: LoadResult) => number | null) => {
    const found = values(measured, of);
    return found === undefined ? null : spread(found);
  };
  const known = (of: (round: LoadResult) => number) => spread(measured.rounds.map(of));
  return {
    name: measured.name,
    requestsPerSecond: known((round) => round.perSecond),
    serverCpuMicroseconds: all((round) => round.serverCpu),
    postgresCpuMicroseconds: all((round) => round.postgresCpu),
    p50Milliseconds: known((round) => round.p50),
    p99Milliseconds: known((round) => round.p99),
  };
}

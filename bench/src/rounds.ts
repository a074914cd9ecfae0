import type { Row } from "./columns.js";
import type { Load } from "./load/load.js";
import type { LoadPlan, LoadResult, RequestShape, TlsIdentity } from "./load/types.js";
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
  /** Plain HTTP without. */
  readonly tls?: TlsIdentity;
}

/** What the rounds of one subject gave, in the order of the rounds. */
export interface Measured<Round = LoadResult> {
  readonly name: string;
  readonly rounds: readonly Round[];
}

/**
 * Lets all subjects take turns, so that whatever else the machine does hits all of them: each round gives each subject
 * one turn, and the next round begins with another one. The first rounds of each warm it up and are thrown away.
 */
export async function rotate<Each extends { readonly name: string }, Round>(
  subjects: readonly Each[],
  turn: (subject: Each) => Promise<Round>,
  { warmUps, rounds }: Settings,
): Promise<Measured<Round>[]> {
  const results = subjects.map((): Round[] => []);
  for (let i = 0; i < warmUps; i++) for (const subject of subjects) await turn(subject);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < subjects.length; i++) {
      const place = (round + i) % subjects.length;
      const subject = subjects[place];
      if (subject !== undefined) results[place]?.push(await turn(subject));
    }
  }
  return subjects.map(({ name }, i) => ({ name, rounds: results[i] ?? [] }));
}

/** The load of one turn; every request is of another agent. @param expected undefined where each answer is another one */
export function planFor(
  subject: Subject,
  request: RequestShape,
  expected: Buffer | undefined,
  settings: Settings,
): LoadPlan {
  return {
    host: "127.0.0.1",
    port: subject.port,
    ...(subject.tls === undefined ? {} : { tls: subject.tls }),
    connections: settings.connections,
    settleSeconds: settings.settleSeconds,
    seconds: settings.seconds,
    maxRequests: 1_000_000,
    agents: subject.agents,
    spread: "turns",
    request,
    expected: expected?.toString("base64") ?? null,
    serverPid: subject.pid,
    postmaster: subject.postmaster,
  };
}

/** Lets all subjects take turns under one load. */
export function takeTurns(
  load: Load,
  subjects: readonly Subject[],
  request: RequestShape,
  expected: Buffer,
  settings: Settings,
): Promise<Measured[]> {
  return rotate(subjects, (subject) => load.run(planFor(subject, request, expected, settings)), settings);
}

/** One quantity of all rounds, or undefined where it could not be measured. */
export function values<Round>(
  measured: Measured<Round>,
  of: (round: Round) => number | null,
): readonly number[] | undefined {
  const found = measured.rounds.map(of);
  return found.every((value) => value !== null) ? found : undefined;
}

/** One quantity over all rounds; null where it could not be measured. */
export function over<Round>(measured: Measured<Round>, of: (round: Round) => number | null): Spread | null {
  const found = values(measured, of);
  return found === undefined ? null : spread(found);
}

/** CPU time of the server and its database, per request. */
export const wholeCpu = (round: LoadResult): number | null =>
  round.serverCpu === null || round.postgresCpu === null ? null : round.serverCpu + round.postgresCpu;

/** Paired ratio of one quantity of two subjects; undefined where it could not be measured. */
export function ratio<Round>(
  a: Measured<Round>,
  b: Measured<Round>,
  of: (round: Round) => number | null,
): Spread | undefined {
  const [left, right] = [values(a, of), values(b, of)];
  return left && right ? pairedRatio(left, right) : undefined;
}

/** One line of a table: medians and ranges over the rounds. */
export function rowOf(measured: Measured): Row {
  return {
    name: measured.name,
    requestsPerSecond: over(measured, (round) => round.perSecond),
    serverCpuMicroseconds: over(measured, (round) => round.serverCpu),
    postgresCpuMicroseconds: over(measured, (round) => round.postgresCpu),
    p50Milliseconds: over(measured, (round) => round.p50),
    p99Milliseconds: over(measured, (round) => round.p99),
  };
}

import type { Load } from "../load/load.js";
import type { LoadPlan, LoadResult } from "../load/types.js";
import { processCpu, treeCpu } from "../process/cpu.js";
import type { Probe } from "./probe.js";

/** A round of accepting, and what was left to do after it. */
export interface Turn extends LoadResult {
  /** From the first request of the turn until the inbox was empty; CPU times are microseconds per request. */
  readonly serverCpuAllProcessed: number | null;
  readonly postgresCpuAllProcessed: number | null;
  readonly perSecondAllProcessed: number;
  /** What of the turn's reports was processed when the load ended; null for a server that only stores them. */
  readonly processedPercent: number | null;
  /** From then on until the inbox was empty. */
  readonly catchUpSeconds: number | null;
}

/** What a server does with a report. */
export interface Keeper {
  /** Reports that it has stored; must grow by those that it answered. */
  rows(): Promise<number>;
  /** Whether it goes on with them after it has answered. */
  readonly processes: boolean;
}

/**
 * One turn of a server, beginning with an empty inbox and ending with one.
 * @throws when it did not store what it acknowledged
 */
export async function takeTurn(load: Load, plan: LoadPlan, probe: Probe, keeper: Keeper): Promise<Turn> {
  await probe.tidy();
  const rowsBefore = await keeper.rows();
  const cpu = () => [processCpu(plan.serverPid), treeCpu(plan.postmaster)] as const;
  const before = cpu();
  const begun = performance.now();
  const result = await load.run(plan);
  const ended = performance.now();
  const waiting = await probe.waiting();
  await probe.emptied();
  const emptied = performance.now();
  const after = cpu();
  const stored = (await keeper.rows()) - rowsBefore;
  if (stored !== result.answered) throw new Error(`${result.answered} reports were acknowledged, and ${stored} stored`);
  const each = (i: 0 | 1) => {
    const [from, to] = [before[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / result.answered;
  };
  return {
    ...result,
    serverCpuAllProcessed: each(0),
    postgresCpuAllProcessed: each(1),
    perSecondAllProcessed: result.answered / ((emptied - begun) / 1000),
    processedPercent: keeper.processes ? 100 * (1 - waiting / result.answered) : null,
    catchUpSeconds: keeper.processes ? (emptied - ended) / 1000 : null,
  };
}

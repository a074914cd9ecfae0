import { setTimeout as sleep } from "node:timers/promises";
import { processCpu, treeCpu } from "../process/cpu.js";
import type { Probe } from "./probe.js";

/** How often the inbox is looked at. */
const LOOK_MS = 20;

/** One backlog, from the first look at which something was processed until nothing waited. */
export interface Drained {
  readonly perSecond: number;
  /** Microseconds for each report. */
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
}

/** Watches a backlog go. @throws when it does not, or is gone already */
export async function watch(
  probe: Probe,
  backlog: number,
  pids: { readonly server: number; readonly postmaster: number },
): Promise<Drained> {
  const cpu = () => [processCpu(pids.server), treeCpu(pids.postmaster)] as const;
  const head = await probe.oldest();
  // On a busy machine the gateway may have been faster than the first look.
  const untouched = (await probe.waiting()) === backlog;
  const end = performance.now() + 30_000;
  while (untouched && (await probe.oldest()) === head) {
    if (performance.now() > end) throw new Error("nothing was processed within 30 s");
    await sleep(LOOK_MS);
  }
  const begun = performance.now();
  const before = cpu();
  const left = await probe.waiting();
  if (left === 0) throw new Error("the backlog was gone before it was looked at");
  await probe.emptied(LOOK_MS);
  const seconds = (performance.now() - begun) / 1000;
  const after = cpu();
  const each = (i: 0 | 1) => {
    const [from, to] = [before[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / left;
  };
  return { perSecond: left / seconds, serverCpu: each(0), postgresCpu: each(1) };
}

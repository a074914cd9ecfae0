import { randomUUID } from "node:crypto";
import { LcmError } from "./errors.js";
import type { Lcm } from "./lcm.js";
import type { LcmRun, LcmState, Progress } from "./lcm-state.js";
import { applyPending, pull, registerAgain } from "./pull.js";
import { endReports, type Report, type ReportInput, startReport } from "./report.js";

/**
 * One consistency run: start report (if reports are on), GetDscAction, the configurations it tells to get, the modules
 * they name and the node lacks, end report. Applying means remembering the checksum, right after the download as real
 * LCMs do; a configuration whose modules failed stays pending and is tried again at the next run.
 *
 * @returns what was done; protocol errors are in `errors`, none are thrown
 */
export async function consistencyRun(lcm: Lcm, state: LcmState): Promise<LcmRun> {
  const start = lcm.now();
  const jobId = randomUUID();
  const done: Progress = {
    agentId: lcm.agentId,
    jobId,
    nodeStatus: undefined,
    downloads: [],
    modules: [],
    reports: 0,
    errors: [],
  };
  const operationType = state.runs === 0 ? "Initial" : "Consistency";
  state.runs += 1;
  const job = (errors: readonly string[]): ReportInput => ({
    flavour: lcm.flavour,
    agentId: lcm.agentId,
    serverUrl: lcm.options.serverUrl,
    configurationNames: lcm.options.configurationNames ?? [],
    host: lcm.host,
    jobId,
    operationType,
    start,
    end: lcm.now(),
    applied: [...state.applied.values()],
    errors,
  });
  await report(lcm, state, done, () => [startReport(job([]))]);
  await attempt(done, async () => {
    if (state.registrationPending) {
      await registerAgain(lcm);
    }
    await pull(lcm, state, done);
    await applyPending(lcm, state, done);
  });
  const trouble = state.reportTrouble;
  state.reportTrouble = undefined;
  const texts = done.errors.filter(({ operation }) => operation !== "SendReport").map(({ message }) => message);
  const carried = lcm.flavour === "linux" && trouble !== undefined ? [trouble] : [];
  await report(lcm, state, done, () => endReports(job([...carried, ...texts])));
  return done;
}

/** A report that cannot be delivered never stops a node. */
async function report(lcm: Lcm, state: LcmState, done: Progress, build: () => Report[]): Promise<void> {
  if (lcm.options.report !== true) {
    return;
  }
  for (const item of build()) {
    await attempt(done, async () => {
      const answer = await lcm.sendReport(item);
      if (answer.ok) {
        done.reports += 1;
        return;
      }
      state.reportTrouble = `Sending the status report failed with status ${answer.status}.`;
      throw new LcmError("status", "SendReport", state.reportTrouble, answer);
    });
  }
}

async function attempt(done: Progress, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof LcmError)) {
      throw error;
    }
    done.errors.push(error);
  }
}

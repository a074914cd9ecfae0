import type { Clock } from "@gatehouse/core/clock";
import { type JobState, type Jobs, jobStates } from "@gatehouse/core/jobs";
import type { HttpMetrics } from "@gatehouse/http";
import { Gauge } from "prom-client";

const DAY_MS = 86_400_000;

/** How the work for agents is, the same at every gateway: the database is asked at every scrape. */
export function jobMetrics(
  { registry }: Pick<HttpMetrics, "registry">,
  jobs: Pick<Jobs, "counts">,
  clock: Clock,
): void {
  new Gauge({
    name: "gatehouse_jobs",
    help: "Jobs that are open, and those that ended in the last 24 hours, by state; wakes do not count.",
    labelNames: ["state"] as const,
    registers: [registry],
    async collect() {
      this.reset();
      // A database that is away must not take the other figures along.
      const counts = await jobs.counts(new Date(clock.now().getTime() - DAY_MS)).catch(() => undefined);
      if (counts === undefined) return;
      const found: Partial<Record<JobState, number>> = { ...counts.open, ...counts.ended };
      for (const state of jobStates) this.set({ state }, found[state] ?? 0);
    },
  });
}

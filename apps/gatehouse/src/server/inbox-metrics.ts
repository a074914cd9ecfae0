import type { Clock } from "@gatehouse/core/clock";
import type { Backlog, Inbox } from "@gatehouse/core/submissions";
import type { HttpMetrics } from "@gatehouse/http";
import { Counter, Gauge } from "prom-client";

/** Figures of what agents sent and is on its way. */
export function inboxMetrics({ registry }: HttpMetrics, inbox: Pick<Inbox, "backlog">, clock: Clock) {
  const processed = new Counter({
    name: "gatehouse_submissions_processed_total",
    help: "Submissions that left the inbox, by what became of them.",
    labelNames: ["outcome"] as const,
    registers: [registry],
  });
  let asking: Promise<Backlog | undefined> | undefined;
  // One question for both figures of a scrape. A database that is away must not take the other figures along.
  const backlog = () => {
    asking ??= inbox
      .backlog()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  new Gauge({
    name: "gatehouse_inbox_waiting",
    help: "Submissions that were accepted and are not yet processed.",
    registers: [registry],
    async collect() {
      const found = await backlog();
      if (found !== undefined) this.set(found.waiting);
    },
  });
  new Gauge({
    name: "gatehouse_inbox_oldest_seconds",
    help: "Seconds since the oldest submission that is not yet processed was accepted; 0 where none waits.",
    registers: [registry],
    async collect() {
      const found = await backlog();
      if (found === undefined) return;
      const { oldestAt } = found;
      this.set(oldestAt === null ? 0 : Math.max(0, (clock.now().getTime() - oldestAt.getTime()) / 1000));
    },
  });
  return {
    onSettled(done: number, failed: number) {
      processed.inc({ outcome: "done" }, done);
      processed.inc({ outcome: "dead-letter" }, failed);
    },
  };
}

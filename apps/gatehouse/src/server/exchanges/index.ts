import type { Assignments } from "@gatehouse/core/assignment";
import { systemClock } from "@gatehouse/core/clock";
import type { ExchangeHook } from "@gatehouse/core/exchanges";
import { Counter, type HttpMetrics, type Log } from "@gatehouse/http";
import { createExchangeRows, type Database, RECORDINGS_CHANNEL, type SecretBox } from "@gatehouse/store";
import { LRUCache } from "lru-cache";
import { Recorder } from "./recorder.js";

/** Recordings are known everywhere after this long, also where a notification was lost; those that are over end by themselves. */
const REFRESH_MS = 5_000;
/** Milliseconds for which a node's groups are remembered, and for how many nodes. */
const GROUPS_MS = 10_000;
const MOST_NODES = 10_000;

/** What is recorded on this gateway. */
export interface GatewayRecorder {
  readonly hook: ExchangeHook & { flush(): Promise<void> };
  /** Reads which recordings are on, at once. */
  refresh(): Promise<void>;
  /** Reads which recordings are on, and follows what any gateway changes. @throws database-unavailable */
  start(): Promise<void>;
  /** Stores what waits. */
  stop(): Promise<void>;
}

export function createGatewayRecorder({
  db,
  box,
  assignments,
  metrics,
  log,
}: {
  readonly db: Database;
  readonly box: SecretBox;
  readonly assignments: Pick<Assignments, "explain">;
  readonly metrics: HttpMetrics;
  readonly log: Log;
}): GatewayRecorder {
  const dropped = new Counter({
    name: "gatehouse_exchanges_dropped_total",
    help: "Exchanges that a recording wanted and that were not stored: too many at once, or no database.",
    registers: [metrics.registry],
  });
  const groups = new LRUCache<string, ReadonlySet<string>>({
    maxSize: MOST_NODES,
    sizeCalculation: () => 1,
    ttl: GROUPS_MS,
  });
  const recorder = new Recorder({
    rows: createExchangeRows(db, box),
    async groupsOf(nodeId) {
      const known = groups.get(nodeId);
      if (known !== undefined) return known;
      const explanation = await assignments.explain(nodeId);
      const found = new Set(
        explanation?.groups.filter(({ matches }) => matches).map(({ group }) => group.toLowerCase()),
      );
      groups.set(nodeId, found);
      return found;
    },
    clock: systemClock,
    log,
    onDropped: (exchanges) => dropped.inc(exchanges),
  });
  let failing = false;
  const refresh = async () => {
    try {
      await recorder.refresh();
      failing = false;
    } catch (thrown) {
      if (!failing) log.warn("recordings could not be asked for", { reason: (thrown as Error).message });
      failing = true;
    }
  };
  const soon = () => void refresh();
  const changes = db.notifications(RECORDINGS_CHANNEL, { onNotice: soon, onGap: () => undefined });
  let timer: NodeJS.Timeout | undefined;
  return {
    hook: recorder,
    refresh,
    async start() {
      await recorder.refresh();
      timer = setInterval(soon, REFRESH_MS).unref();
      await changes.listen();
    },
    async stop() {
      clearInterval(timer);
      await changes.close();
      await recorder.flush();
    },
  };
}

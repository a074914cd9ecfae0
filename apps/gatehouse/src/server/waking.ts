import { networkInterfaces } from "node:os";
import type { Clock } from "@gatehouse/core/clock";
import type { Wakes } from "@gatehouse/core/jobs";
import { type FusionInventoryDeps, Waits, Waker, wakeByPort } from "@gatehouse/fusioninventory";
import type { HttpMetrics, Log } from "@gatehouse/http";
import { type Database, JOBS_CHANNEL } from "@gatehouse/store";
import { Counter, Gauge } from "prom-client";
import type { Config } from "../config/types.js";

export interface WakingParts {
  readonly db: Pick<Database, "notifications">;
  readonly wakes: Wakes;
  readonly config: Pick<Config["jobs"], "mostWaiting" | "wakeLoopback">;
  readonly metrics: HttpMetrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Agents that are told to come. */
export interface Waking {
  readonly waits: FusionInventoryDeps["waits"];
  /** Those that wait here now. */
  readonly waiting: () => number;
  start(): Promise<void>;
  /** Ends every wait: agents come back, to whoever is there. */
  stop(): Promise<void>;
}

/** Holds the agents that wait, and looks each second who is to be woken, here or by its own port. */
export function createWaking({ db, wakes, config, metrics, clock, log }: WakingParts): Waking {
  const waits = new Waits(config.mostWaiting);
  const tried = new Counter({
    name: "gatehouse_wakes_total",
    help: "Tries to wake an agent, by the way and what came of it.",
    labelNames: ["way", "outcome"] as const,
    registers: [metrics.registry],
  });
  new Gauge({
    name: "gatehouse_waiting_agents",
    help: "Agents whose connections are held until they are woken.",
    registers: [metrics.registry],
    collect() {
      this.set(waits.count);
    },
  });
  const waker = new Waker({
    ...{ wakes, waits, clock, log },
    call: (wake, stop) => wakeByPort(wake, { own: ownAddresses, loopback: config.wakeLoopback }, stop),
    tried: (way, outcome) => tried.inc({ way, outcome }),
  });
  const noticed = () => waker.noticed();
  const orders = db.notifications(JOBS_CHANNEL, { onNotice: noticed, onGap: noticed });
  let timer: NodeJS.Timeout | undefined;
  return {
    waits: waker,
    waiting: () => waits.count,
    async start() {
      timer = setInterval(() => waker.tick(), 1000);
      timer.unref();
      await orders.listen();
    },
    async stop() {
      clearInterval(timer);
      await waker.stop();
      await orders.close();
    },
  };
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));

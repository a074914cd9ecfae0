import { setTimeout as sleep } from "node:timers/promises";
import { getDscAction } from "../dsc/requests.js";
import { agentId } from "../load/agent-id.js";
import { record } from "../load/record.js";
import type { Gateway } from "../process/gateway.js";
import { sendReport } from "../reports/requests.js";
import { quantile } from "../stats.js";

/** Milliseconds that requests waited. */
export interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Seconds from the beginning until the longest was due. */
  readonly longestAt: number;
  /** The longest that we ourselves were late to send: that much the machine alone makes anybody wait. */
  readonly own: number;
}

/** Milliseconds between two requests. */
const EVERY_MS = 10;
/** Every such one hands in a report, which is written; the others ask. */
const REPORT_EVERY = 5;
/** A prime: agents far apart. */
const STRIDE = 7919;

/**
 * Lets agents come at a steady rate until something else has ended.
 * @returns how long they waited, counted from when each was due: who waits holds up nobody else's clock
 * @throws when an answer is no 200, or what `other` throws
 */
export async function waitsUntil(
  other: Promise<unknown>,
  gateway: Gateway,
  checksum: string,
  nodes: number,
): Promise<Waits> {
  const state = { ended: false };
  const watched = other.finally(() => {
    state.ended = true;
  });
  // It is looked at below; its failure must not end the process meanwhile.
  watched.catch(() => undefined);
  const took: number[] = [];
  let longest = { wait: 0, at: 0 };
  let own = 0;
  const under: Promise<void>[] = [];
  const begun = performance.now();
  for (let n = 0; !state.ended; n++) {
    const due = begun + n * EVERY_MS;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    own = Math.max(own, performance.now() - due);
    const shape = n % REPORT_EVERY === 0 ? sendReport({ checksum, resources: 10, drifted: 0 }) : getDscAction(checksum);
    const agent = agentId((n * STRIDE) % nodes);
    under.push(
      record(gateway.port, shape, agent).then(() => {
        const wait = performance.now() - due;
        took.push(wait);
        if (wait > longest.wait) longest = { wait, at: (due - begun) / 1000 };
      }),
    );
  }
  await Promise.all(under);
  await watched;
  const sorted = took.toSorted((a, b) => a - b);
  const { wait, at } = longest;
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), longest: wait, longestAt: at, own };
}

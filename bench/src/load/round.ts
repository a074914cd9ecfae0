import { processCpu, treeCpu } from "../process/cpu.js";
import { quantile } from "../stats.js";
import { Connection } from "./connection.js";
import { requestMaker } from "./requests.js";
import type { LoadPlan, LoadResult } from "./types.js";

/** One round of load: every connection asks again as soon as it was answered. */
export async function loadRound(plan: LoadPlan): Promise<LoadResult> {
  const next = requestMaker(plan);
  const expected = plan.expected === null ? undefined : Buffer.from(plan.expected, "base64");
  const open = () => new Connection(plan.host, plan.port, plan.tls);
  const connections = Array.from({ length: plan.connections }, open);
  const cpu = () => [processCpu(plan.serverPid), treeCpu(plan.postmaster), ownCpu()] as const;
  let latencies: number[] = [];
  let total = 0;
  let answered = 0;
  let begun = Number.POSITIVE_INFINITY;
  let before: ReturnType<typeof cpu> | undefined;
  let start = begun;
  let stopped = false;
  try {
    await Promise.all(connections.map((connection) => connection.opened()));
    begun = performance.now() + plan.settleSeconds * 1000;
    start = begun;
    await Promise.all(
      connections.map(async (connection, place) => {
        while (!stopped && total++ < plan.maxRequests) {
          const asked = performance.now();
          await connection.exchange(next(place), expected);
          const now = performance.now();
          answered++;
          latencies.push(now - asked);
          if (before === undefined && now >= begun) {
            latencies = [];
            before = cpu();
            start = performance.now();
          }
          if (now - start >= plan.seconds * 1000) stopped = true;
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - start) / 1000;
  const after = cpu();
  const count = latencies.length;
  const each = (i: 0 | 1 | 2) => {
    const [from, to] = [before?.[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / count;
  };
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: count,
    answered,
    perSecond: count / seconds,
    serverCpu: each(0),
    postgresCpu: each(1),
    clientCpu: each(2) ?? Number.NaN,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

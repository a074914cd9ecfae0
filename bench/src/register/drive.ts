import { Connection } from "../load/connection.js";
import { processCpu, treeCpu } from "../process/cpu.js";
import type { Settings } from "../settings.js";
import { quantile } from "../stats.js";

/** A server that is driven by what a connection does again and again. */
export interface Driven {
  readonly port: number;
  readonly pid: number;
  readonly postmaster: number;
  /** One time of it. @throws when an answer is wrong */
  once(connection: Connection): Promise<void>;
}

/** What one round measured, of each time; CPU times are microseconds, and null where there is no /proc. */
export interface Drive {
  readonly perSecond: number;
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
  readonly clientCpu: number;
  readonly p50: number;
  readonly p99: number;
}

/** One round of load: every connection begins again as soon as it is done. */
export async function drive(subject: Driven, { connections: many, settleSeconds, seconds }: Settings): Promise<Drive> {
  const connections = Array.from({ length: many }, () => new Connection("127.0.0.1", subject.port));
  const cpu = () => [processCpu(subject.pid), treeCpu(subject.postmaster), ownCpu()] as const;
  let took: number[] = [];
  let start: { readonly at: number; readonly cpu: ReturnType<typeof cpu> } | undefined;
  try {
    await Promise.all(connections.map((connection) => connection.opened()));
    const begin = performance.now() + settleSeconds * 1000;
    await Promise.all(
      connections.map(async (connection) => {
        while (start === undefined || performance.now() - start.at < seconds * 1000) {
          const asked = performance.now();
          await subject.once(connection);
          const now = performance.now();
          took.push(now - asked);
          if (start !== undefined || now < begin) continue;
          took = [];
          start = { cpu: cpu(), at: performance.now() };
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  if (start === undefined || took.length === 0) throw new Error("nothing was done in time");
  const passed = (performance.now() - start.at) / 1000;
  const [before, after, count] = [start.cpu, cpu(), took.length];
  const each = (i: 0 | 1 | 2) => {
    const [from, to] = [before[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / count;
  };
  const sorted = Float64Array.from(took).sort();
  return {
    perSecond: count / passed,
    serverCpu: each(0),
    postgresCpu: each(1),
    clientCpu: each(2) ?? Number.NaN,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

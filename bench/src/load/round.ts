import { processCpu, treeCpu } from "../process/cpu.js";
import { quantile } from "../stats.js";
import { agentId } from "./agent-id.js";
import { Connection } from "./connection.js";
import type { LoadPlan, LoadResult } from "./types.js";

/** A prime: consecutive requests are of agents whose rows do not lie side by side. */
const STRIDE = 7919;
let turn = 0;

/** One round of load: every connection asks again as soon as it was answered. */
export async function loadRound(plan: LoadPlan): Promise<LoadResult> {
  const next = requests(plan);
  const expected = Buffer.from(plan.expected, "base64");
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan.host, plan.port, expected));
  const cpu = () => [processCpu(plan.serverPid), treeCpu(plan.postmaster)] as const;
  let latencies: number[] = [];
  let total = 0;
  const begun = performance.now() + plan.settleSeconds * 1000;
  let before: ReturnType<typeof cpu> | undefined;
  let start = begun;
  let stopped = false;
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (!stopped && total++ < plan.maxRequests) {
          const asked = performance.now();
          await connection.exchange(next());
          const now = performance.now();
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
  const each = (i: 0 | 1) => {
    const [from, to] = [before?.[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / count;
  };
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: count,
    perSecond: count / seconds,
    serverCpu: each(0),
    postgresCpu: each(1),
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

/** The requests, one agent after the other, as text that goes on the wire as it is. */
function requests({ request, agents }: LoadPlan): () => string {
  const [before = "", after = ""] = request.path.split("{agent}");
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = request.method === "POST" ? `Content-Length: ${Buffer.byteLength(request.body)}\r\n` : "";
  const rest = `${after} HTTP/1.1\r\nHost: gateway.example\r\n${headers.join("")}${length}\r\n${request.body}`;
  const ids = Array.from({ length: agents }, (_, i) => agentId(i));
  return () => {
    turn += STRIDE;
    return `${request.method} ${before}${ids[turn % agents]}${rest}`;
  };
}

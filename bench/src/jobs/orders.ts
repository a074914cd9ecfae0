import path from "node:path";
import { openApi } from "../api.js";
import { processCpu, treeCpu } from "../process/cpu.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Spread, spread } from "../stats.js";
import { makeAgents } from "./agents.js";
import type { JobsSettings } from "./settings.js";

const WORK = {
  task: "collect",
  spec: {
    steps: [
      { function: "findFile", dir: "/etc", limit: 5, recursive: false, filter: { is_file: true, is_dir: false } },
    ],
  },
};

/** Orders for a group of all nodes, over the API, one after the other. */
export async function orders(dir: string, settings: JobsSettings): Promise<Findings> {
  const gateway = await startGateway(path.join(dir, "orders"));
  const api = openApi(gateway, 1);
  const [seconds, server, postgres]: [number[], number[], number[]] = [[], [], []];
  const cpu = () => [processCpu(gateway.pid) ?? Number.NaN, treeCpu(gateway.postmaster) ?? Number.NaN] as const;
  try {
    await makeAgents(gateway.database, settings.nodes);
    await api.put("/groups/all", { rule: { everything: true }, settings: {} });
    for (let i = 0; i < settings.orders; i++) {
      const before = cpu();
      const { ms, body } = await api.post<{ jobs: number }>("/job-orders", { work: WORK, group: "all" });
      if (body.jobs !== settings.nodes) throw new Error(`the order made ${body.jobs} jobs`);
      const after = cpu();
      seconds.push(ms / 1_000);
      server.push(after[0] - before[0]);
      postgres.push(after[1] - before[1]);
    }
  } finally {
    api.close();
    await gateway.stop();
  }
  const perJob = (times: readonly number[]): Spread | null =>
    times.some(Number.isNaN) ? null : spread(times.map((time) => time / settings.nodes));
  return {
    goals: [
      {
        id: "order",
        what: `A job for each of ${settings.nodes} nodes`,
        judgedBy: "the API's answer to the order, when all of them are stored",
        unit: "s",
        atMost: 10,
        measured: spread(seconds),
      },
    ],
    cases: [
      {
        id: "order",
        title: `Orders for a group of ${settings.nodes} nodes`,
        heading: "For each job",
        rows: [
          {
            name: "An order over the API",
            serverCpuMicroseconds: perJob(server),
            postgresCpuMicroseconds: perJob(postgres),
          },
        ],
      },
    ],
  };
}

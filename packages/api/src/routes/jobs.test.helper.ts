import type { Jobs, JobView, JobOrder as Order, WaitReason } from "@gatehouse/core/jobs";
import { AT, aNode, type Fakes, serveApi } from "../api.test.helper.js";

export const ORDER = "0b8a0e0a-0000-4000-8000-0000000000aa";
export const JOB = "0b8a0e0a-0000-4000-8000-0000000000bb";
const DEPLOY = { task: "deploy", spec: { package: "agent", version: 3 } } as const;

export const anOrder = (said: Partial<Order> = {}): Order => ({
  ...{ id: ORDER, name: "spring", work: DEPLOY, target: { group: "web" }, notBefore: null, perMinute: null },
  ...{ waitSeconds: 86_400, silenceSeconds: 600, createdAt: AT, createdBy: "ada", counts: { ok: 2, ko: 1 } },
  ...said,
});

export const aJob = (said: Partial<JobView> = {}): JobView => ({
  ...{ id: JOB, number: 7, orderId: ORDER, orderName: "spring", agentId: "a", nodeId: aNode().id, nodeName: "web-1" },
  ...{ work: DEPLOY, state: "prepared", dueAt: AT, createdAt: AT, createdBy: "ada", sentAt: null, timesSent: 0 },
  ...{ startedAt: null, heardAt: null, endedAt: null, reason: null, waitsBecause: null },
  ...said,
});

export const waits = (code: WaitReason["code"]): WaitReason => ({ code, text: `It is ${code}.` });

/** The API over jobs of a test; `asked` has what the port was asked for. */
export async function jobsHouse(jobs: Partial<Jobs> = {}, more: Fakes = {}) {
  const asked: unknown[] = [];
  const found = await serveApi({
    registry: {
      find: async (name) =>
        name === "nobody"
          ? []
          : name === "twins"
            ? [aNode({ id: "t1" }), aNode({ id: "t2" })]
            : [aNode({ id: `id-${name}`, name })],
    },
    jobs: {
      create: async (order, by) => {
        asked.push([order, by]);
        const { name = null, notBefore = null, perMinute = null, waitSeconds = 1, silenceSeconds = 2 } = order;
        const made = anOrder({ ...order, name, notBefore, perMinute, waitSeconds, silenceSeconds, counts: {} });
        const left = [{ nodeId: "n9", name: "db-9", why: "no-agent" as const }];
        return { order: made, jobs: 3, left, leftCount: 1 };
      },
      order: async (reference) => (reference === "spring" || reference === ORDER ? anOrder() : undefined),
      find: async (id) => (id === JOB ? aJob() : undefined),
      ...jobs,
    },
    ...more,
  });
  return { ...found, asked };
}

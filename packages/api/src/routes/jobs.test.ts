import type { JobView, WaitReason } from "@gatehouse/core/jobs";
import { describe, expect, it } from "vitest";
import { AT } from "../api.test.helper.js";
import { aJob, JOB, jobsHouse, ORDER, waits } from "./jobs.test.helper.js";

describe("jobs", () => {
  it("are listed by what they are of, with why they wait, and without what may be long", async () => {
    const asked: unknown[] = [];
    const { call } = await jobsHouse({
      list: async (filter, page) => {
        asked.push([filter, page]);
        return { jobs: [aJob({ waitsBecause: waits("not-due") })], next: null };
      },
    });
    const { json } = await call("operator", "GET", "/jobs?order=spring&node=web-1&state=timed-out&task=deploy&limit=5");
    expect(asked).toEqual([[{ orderId: ORDER, nodeId: "id-web-1", state: "timed-out", task: "deploy" }, { limit: 5 }]]);
    expect(json).toEqual({
      jobs: [
        {
          ...{ id: JOB, number: 7, orderId: ORDER, orderName: "spring", nodeId: aJob().nodeId, nodeName: "web-1" },
          ...{ agentId: "a", task: "deploy", state: "prepared", dueAt: AT.toISOString(), createdAt: AT.toISOString() },
          ...{ createdBy: "ada", sentAt: null, timesSent: 0, startedAt: null, heardAt: null, endedAt: null },
          ...{ reason: null, waitsBecause: { code: "not-due", text: "It is not-due." } },
        },
      ],
      next: null,
    });
    await call("operator", "GET", "/jobs");
    expect(asked[1]).toEqual([{}, { limit: 100 }]);
  });

  it.each([
    ["order=autumn", 404],
    ["node=nobody", 404],
    ["node=twins", 409],
    ["state=done", 400],
    ["task=format", 400],
    ["limit=501", 400],
    ["user=me", 400],
  ])("are not looked for by %s", async (query, status) => {
    const { call } = await jobsHouse();
    expect((await call("operator", "GET", `/jobs?${query}`)).status).toBe(status);
  });

  it("are not for who may only read: an open job's id lets its holder speak of it", async () => {
    const { call } = await jobsHouse();
    for (const path of ["/jobs", `/jobs/${JOB}`, `/jobs/${JOB}/events`])
      expect((await call("viewer", "GET", path)).status, path).toBe(403);
    expect((await call("viewer", "POST", `/jobs/${JOB}/cancel`)).status).toBe(403);
  });
});

describe("a job", () => {
  it("is shown with what is to be done", async () => {
    const { call } = await jobsHouse();
    const { json } = await call("operator", "GET", `/jobs/${JOB}`);
    expect(json).toMatchObject({ id: JOB, task: "deploy", work: { task: "deploy", spec: { package: "agent" } } });
    for (const id of ["7", "x".repeat(300), "%00"])
      expect([400, 404]).toContain((await call("operator", "GET", `/jobs/${id}`)).status);
  });

  it("that nobody asks for may be so by the word of a group of its node", async () => {
    const house = (waitsBecause: WaitReason | null, said: Partial<JobView> = {}) =>
      jobsHouse(
        { find: async () => aJob({ waitsBecause, ...said }) },
        {
          assignments: {
            explain: async (nodeId) => ({
              ...{ nodeId, groups: [] },
              settings: [{ setting: "s", value: 1, from: [], considered: [], conflicts: [] }],
            }),
          },
          protocols: [
            { id: "none", artifactKinds: [], settings: [], nodeSettings: {} },
            {
              ...{ id: "p", artifactKinds: [], settings: [], nodeSettings: {} },
              taskSwitchedOff: (task, settings) => (task === "deploy" ? `${settings[0]?.setting} of it` : undefined),
            },
          ],
        },
      );
    const why = async (...said: Parameters<typeof house>) =>
      (await (await house(...said)).call("operator", "GET", `/jobs/${JOB}`)).json.waitsBecause;
    const off = { code: "task-off", text: "The task deploy is switched off by s of it." };
    expect(await why(waits("not-asked"))).toEqual(off);
    expect(await why(waits("not-proven"))).toEqual(waits("not-proven"));
    expect(await why(null)).toBeNull();
    const collect = { task: "collect", spec: { steps: [{ function: "getFromRegistry", path: "a" }] } } as const;
    expect(await why(waits("not-asked"), { work: collect })).toEqual(waits("not-asked"));
  });

  it("has a story", async () => {
    const asked: unknown[] = [];
    const { call } = await jobsHouse({
      events: async (id, page) => {
        asked.push([id, page]);
        const data = JSON.parse('{"__proto__":{"a":1},"path":"/etc/passwd"}') as Record<string, unknown>;
        const said = { step: "checking", about: "check 1", status: "ok", message: "it is", data } as const;
        return { events: [{ seq: 1, at: AT, by: "agent", ...said }], next: "2" };
      },
    });
    const { json, text } = await call("operator", "GET", `/jobs/${JOB}/events?limit=1&after=x`);
    expect(asked).toEqual([[JOB, { limit: 1, after: "x" }]]);
    expect(json.next).toBe("2");
    expect(json.events).toMatchObject([{ seq: 1, by: "agent", about: "check 1", data: { path: "/etc/passwd" } }]);
    expect(text).toContain('"__proto__":{"a":1}');
    expect((await call("operator", "GET", "/jobs/other/events")).status).toBe(404);
  });

  it("is cancelled once, which is noted with its order", async () => {
    let state: JobView["state"] = "running";
    const { call, events } = await jobsHouse({
      find: async (id) => (id === JOB ? aJob({ state }) : undefined),
      cancel: async (what) => {
        expect(what).toEqual({ jobId: JOB });
        const was = state;
        state = "cancelled";
        return was === "running" ? 1 : 0;
      },
    });
    const cancel = () => call("operator", "POST", `/jobs/${JOB}/cancel`);
    expect((await cancel()).json).toEqual({ cancelled: 1 });
    const again = await cancel();
    expect([again.status, again.json.title]).toEqual([409, "The job has ended already: cancelled."]);
    const detail = { job: JOB, node: aJob().nodeId, task: "deploy", jobs: 1 };
    expect(events).toEqual([{ actor: "the-operator", action: "job.cancel", subject: ORDER, detail }]);
    expect((await call("operator", "POST", "/jobs/other/cancel")).status).toBe(404);
  });
});

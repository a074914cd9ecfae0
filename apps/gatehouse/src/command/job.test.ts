import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-job-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const fileOf = (name: string, text: string) => {
  writeFileSync(path.join(dir, name), text);
  return path.join(dir, name);
};

const ORDER = "0b8a0e0a-0000-4000-8000-0000000000aa";
const JOB = "0b8a0e0a-0000-4000-8000-0000000000bb";
const work = { task: "deploy", spec: { package: "agent", version: 3 } };
const anOrder = (said: object = {}) => ({
  ...{ id: ORDER, name: "spring", task: "deploy", group: "web", nodes: null, notBefore: null, perMinute: null },
  ...{ waitSeconds: 86_400, silenceSeconds: 14_400, wake: false, createdAt: AT, createdBy: "ada" },
  ...{ counts: { ok: 2, ko: 1, prepared: 3 }, ...said },
});
const aJob = (said: object = {}) => ({
  ...{ id: JOB, number: 7, orderId: ORDER, orderName: "spring", nodeId: "n1", nodeName: "web-1", agentId: "a" },
  ...{ task: "deploy", state: "prepared", dueAt: AT, createdAt: AT, createdBy: "ada", sentAt: null, timesSent: 0 },
  ...{ startedAt: null, heardAt: null, endedAt: null, reason: null, waitsBecause: null },
  ...said,
});
const made = (said: object = {}) => ({ order: { ...anOrder(), work }, jobs: 3, left: [], leftCount: 0, ...said });

describe("gatehouse job create", () => {
  const create = async (args: readonly string[], answer: object = made()) => {
    const { gatehouse, asked } = await gatewayOf({ "POST /job-orders": answer });
    return { ...(await gatehouse(["job", "create", ...args])), asked };
  };

  it.each<[string[], object]>([
    [
      ["--package", "agent", "--node", "a", "--node", "b"],
      { work: { task: "deploy", spec: { package: "agent" } }, nodes: ["a", "b"] },
    ],
    [["--task", "deploy", "--package", "agent:3", "--group", "web"], { work, group: "web" }],
    [
      [
        "--package",
        "agent:3",
        "--group",
        "web",
        "--name",
        "spring",
        "--not-before",
        "2027-01-31",
        "--per-minute",
        "60",
        "--wait-for",
        "12h",
        "--silence",
        "90s",
        "--wake",
      ],
      {
        ...{ work, group: "web", name: "spring", notBefore: "2027-01-31T00:00:00.000Z", perMinute: 60 },
        ...{ waitSeconds: 43_200, silenceSeconds: 90, wake: true },
      },
    ],
  ])("asks for what it is told: %j", async (args, body) => {
    const { asked, code, err } = await create(args);
    expect([code, err, asked]).toEqual([0, "", [["POST /job-orders", body]]]);
  });

  it("takes a spec from a file, in YAML or JSON", async () => {
    for (const file of [
      fileOf("esx.yaml", "host: esx1\ncredential: root\n"),
      fileOf("esx.json", '{"host":"esx1","credential":"root"}'),
    ]) {
      const { asked } = await create(["--task", "esx", "--spec", file, "--node", "a"]);
      const spec = { host: "esx1", credential: "root" };
      expect(asked).toEqual([["POST /job-orders", { work: { task: "esx", spec }, nodes: ["a"] }]]);
    }
  });

  it("says what came of it, and which nodes get none", async () => {
    expect((await create(["--package", "agent", "--group", "web"])).out).toBe(
      "Order spring: 3 jobs.\nHow it goes: gatehouse job show spring\n",
    );
    const left = [
      { nodeId: "1", name: "db-1", why: "no-agent" },
      { nodeId: "2", name: "db-2\u001b[2J", why: "not-active" },
    ];
    expect((await create(["--package", "agent", "--group", "web"], made({ jobs: 0, left, leftCount: 7 }))).out).toBe(
      "Order spring: no job was made.\n7 nodes get none:\n  db-1: no agent of it could do it\n  db-2\ufffd[2J: it is in quarantine or out of service\n  and 5 more\n",
    );
  });

  it.each<[string, string[], string]>([
    ["nobody", ["--package", "a"], "For whom?"],
    ["two kinds of whom", ["--package", "a", "--node", "x", "--group", "y"], "cannot be used with"],
    ["nothing", ["--node", "a"], "What is to be done?"],
    ["a task alone", ["--task", "collect", "--node", "a"], "--spec FILE"],
    ["an unknown task", ["--task", "format", "--node", "a"], "Allowed choices"],
    ["a package for another task", ["--task", "esx", "--package", "a", "--node", "a"], "is of the task deploy"],
    ["a version that is none", ["--package", "a:b", "--node", "a"], "is not NAME or NAME:VERSION"],
    ["a spec beside a package", ["--package", "a", "--spec", "x", "--node", "a"], "cannot be used with"],
    ["a spec that is not there", ["--task", "esx", "--spec", "/nowhere.yaml", "--node", "a"], "There is no such file"],
    ["no time", ["--package", "a", "--node", "a", "--not-before", "soon"], "It is a time from now"],
    ["no length of time", ["--package", "a", "--node", "a", "--wait-for", "0h"], "It is a length of time"],
    ["none in a minute", ["--package", "a", "--node", "a", "--per-minute", "0"], "whole number above 0"],
  ])("sends nothing for %s", async (_, args, message) => {
    const { asked, code, err, out } = await create(args);
    expect([code, asked, out]).toEqual([2, [], ""]);
    expect(err).toContain(message);
  });

  it.each(["- a\n- b", "a: 1\n---\nb: 2", "text", ""])(
    "sends nothing for a spec that is no mapping: %j",
    async (text) => {
      const { asked, code } = await create(["--task", "esx", "--spec", fileOf("bad.yaml", text), "--node", "a"]);
      expect([code, asked]).toEqual([2, []]);
    },
  );

  it("says what is shorter, where a wake says nothing of what it is for", async () => {
    const { code, err } = await create(["--task", "wake", "--node", "a"]);
    expect([code, err]).toEqual([2, expect.stringContaining("or, shorter, gatehouse node wake NODE.")]);
  });

  it("says what the gateway refuses", async () => {
    const problem = aProblem(404, "not-found", "There is no package agent.");
    const { code, err } = await create(["--package", "agent", "--node", "a"], problem);
    expect([code, err]).toEqual([1, "gatehouse: There is no package agent. (404, request r-1)\n"]);
  });
});

describe("gatehouse job orders and list", () => {
  it("show how far orders are", async () => {
    const orders = [anOrder(), anOrder({ name: null, group: null, nodes: 1, counts: {} })];
    const { gatehouse } = await gatewayOf({ "GET /job-orders": { orders, next: "more" } });
    const { out } = await gatehouse(["job", "orders", "--limit", "2"]);
    expect(out).toMatch(/ spring +deploy +group web +3 prepared, 2 ok, 1 ko$/m);
    expect(out).toMatch(new RegExp(` ${ORDER} +deploy +1 node +-$`, "m"));
    expect(out).toContain("There are more: --all, or --after more");
  });

  it("show jobs with why they wait, or why they ended so", async () => {
    const waitsBecause = { code: "not-seen-since", text: "The agent was not seen since." };
    const jobs = [aJob({ waitsBecause }), aJob({ state: "ko", reason: "exit code 3" })];
    const { asked, gatehouse } = await gatewayOf({ "GET /jobs": { jobs, next: null } });
    const args = ["job", "list", "--order", "spring", "--node", "web-1", "--state", "ko", "--task", "deploy"];
    const { out } = await gatehouse(args);
    expect(asked).toEqual([["GET /jobs?order=spring&node=web-1&state=ko&task=deploy&limit=100"]]);
    expect(out).toMatch(/ web-1 +deploy +prepared +The agent was not seen since\. +spring /);
    expect(out).toMatch(/ ko +exit code 3 +spring /);
    expect((await gatehouse(["--json", "job", "list"])).json).toEqual({ jobs, next: null });
    expect((await gatehouse(["job", "list", "--state", "done"])).code).toBe(2);
  });

  it("say so where there is nothing", async () => {
    const { gatehouse } = await gatewayOf({
      "GET /jobs": { jobs: [], next: null },
      "GET /job-orders": { orders: [], next: null },
    });
    expect((await gatehouse(["job", "list"])).out).toContain("There are no jobs yet");
    expect((await gatehouse(["job", "list", "--state", "ko"])).out).toBe("No job is like that.\n");
    expect((await gatehouse(["job", "orders"])).out).toContain("Nothing was ordered yet");
  });
});

describe("gatehouse job show and cancel", () => {
  const none = aProblem(404, "not-found", "There is no job with this id.");

  it("tells a job's story, all of it", async () => {
    const said = { at: AT, by: "agent", step: "checking", about: "check 1", status: "ok", message: "it is\u0007" };
    const data = { path: "/etc" };
    const pages = [
      { events: [{ seq: 1, ...said }], next: "1" },
      { events: [{ seq: 2, ...said, step: null, about: null, message: null, data }], next: null },
    ];
    const job = { ...aJob({ state: "running", sentAt: AT, timesSent: 2, startedAt: AT, heardAt: AT }), work };
    const { gatehouse } = await gatewayOf({
      [`GET /jobs/${JOB}`]: job,
      [`GET /jobs/${JOB}/events`]: (target) => (target.includes("after=1") ? pages[1] : pages[0]),
    });
    const { out } = await gatehouse(["job", "show", JOB]);
    expect(out).toMatch(/^what +\{"package":"agent","version":3\}$/m);
    expect(out).toMatch(/^handed over +2026-03-01 10:00:00Z \(.* ago\), 2 times$/m);
    expect(out).toMatch(/ agent +checking +check 1 +ok +it is\ufffd$/m);
    expect(out).toMatch(/ agent +- +- +ok +\{"path":"\/etc"\}$/m);
    const { json } = await gatehouse(["--json", "job", "show", JOB]);
    expect(json).toEqual({ ...job, events: pages.flatMap<object>(({ events }) => events) });
  });

  it("tells how far an order is, by name or id, and what went wrong", async () => {
    const { asked, gatehouse } = await gatewayOf({
      [`GET /jobs/${ORDER}`]: none,
      [`GET /job-orders/${ORDER}`]: { ...anOrder(), work },
      "GET /job-orders/spring": { ...anOrder(), work },
      "GET /jobs": (target) => ({
        jobs: target.includes("state=ko") ? [aJob({ state: "ko", reason: "exit 3" })] : [],
        next: null,
      }),
    });
    const { out } = await gatehouse(["job", "show", "spring"]);
    expect(asked[0]).toEqual(["GET /job-orders/spring"]);
    expect(out).toMatch(/^jobs +3 prepared, 2 ok, 1 ko$/m);
    expect(out).toMatch(/^What went wrong$/m);
    expect(out).toMatch(/^ +web-1 +ko +exit 3 /m);
    expect((await gatehouse(["--json", "job", "show", ORDER])).json).toMatchObject({
      id: ORDER,
      failed: [{ id: JOB }],
    });
  });

  it("cancels a job, or an order", async () => {
    const { asked, gatehouse } = await gatewayOf({
      [`POST /jobs/${JOB}/cancel`]: { cancelled: 1 },
      [`POST /jobs/${ORDER}/cancel`]: none,
      [`POST /job-orders/${ORDER}/cancel`]: { cancelled: 0 },
      "POST /job-orders/spring/cancel": { cancelled: 12 },
    });
    const cancel = async (id: string) => (await gatehouse(["job", "cancel", id])).out;
    expect([await cancel(JOB), await cancel(ORDER), await cancel("spring")]).toEqual([
      "1 job cancelled.\n",
      "No job of it was open.\n",
      "12 jobs cancelled.\n",
    ]);
    expect(asked.map(([call]) => call)).toHaveLength(4);
  });

  it("takes a refusal for what it is", async () => {
    const ended = aProblem(409, "conflict", "The job has ended already: ok.");
    const { asked, gatehouse } = await gatewayOf({ [`POST /jobs/${JOB}/cancel`]: ended });
    expect(await gatehouse(["job", "cancel", JOB])).toMatchObject({
      code: 1,
      err: "gatehouse: The job has ended already: ok. (409, request r-1)\n",
    });
    expect(asked).toHaveLength(1);
  });
});

describe("gatehouse node wake", () => {
  it.each<[string[], object]>([
    [["web-1", "web-2"], { work: { task: "wake", spec: { tasks: ["inventory"] } }, nodes: ["web-1", "web-2"] }],
    [
      ["--group", "web", "--per-minute", "60", "--wait-for", "1h", "--task", "deploy", "--task", "inventory"],
      {
        work: { task: "wake", spec: { tasks: ["deploy", "inventory"] } },
        group: "web",
        perMinute: 60,
        waitSeconds: 3600,
      },
    ],
  ])("is an order: %j", async (args, body) => {
    const { asked, gatehouse } = await gatewayOf({ "POST /job-orders": made() });
    expect((await gatehouse(["node", "wake", ...args])).code).toBe(0);
    expect(asked).toEqual([["POST /job-orders", body]]);
  });

  it("is for somebody, and for one kind of them", async () => {
    const { asked, gatehouse } = await gatewayOf({});
    for (const args of [[], ["web-1", "--group", "web"]])
      expect((await gatehouse(["node", "wake", ...args])).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

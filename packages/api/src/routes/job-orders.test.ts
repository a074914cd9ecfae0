import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT } from "../api.test.helper.js";
import { anOrder, jobsHouse, ORDER } from "./jobs.test.helper.js";

const work = { task: "deploy", spec: { package: "agent" } };

describe("an order", () => {
  it("is made for nodes that are named, with all that it says, and leaves a trace of what is to be done", async () => {
    const { asked, call, events } = await jobsHouse();
    const { status, json } = await call("operator", "POST", "/job-orders", {
      ...{ work, name: "spring", nodes: ["web-1", "web-2", "web-1"], notBefore: "2026-03-02T01:00:00+01:00" },
      ...{ perMinute: 60, waitSeconds: 3600, silenceSeconds: 60, wake: true },
    });
    const said = { name: "spring", perMinute: 60, wake: true };
    const notBefore = new Date("2026-03-02T00:00:00Z");
    expect(asked).toEqual([
      [
        {
          ...{ ...said, work, target: { nodes: ["id-web-1", "id-web-2"] }, notBefore },
          ...{ waitSeconds: 3600, silenceSeconds: 60 },
        },
        "the-operator",
      ],
    ]);
    expect([status, json]).toEqual([
      201,
      {
        order: {
          ...{ ...said, id: ORDER, work, task: "deploy", group: null, nodes: 2, notBefore: notBefore.toISOString() },
          ...{ waitSeconds: 3600, silenceSeconds: 60, createdAt: AT.toISOString(), createdBy: "ada", counts: {} },
        },
        jobs: 3,
        left: [{ nodeId: "n9", name: "db-9", why: "no-agent" }],
        leftCount: 1,
      },
    ]);
    const detail = {
      ...{ ...said, task: "deploy", spec: work.spec, nodes: ["id-web-1", "id-web-2"], notBefore, jobs: 3, left: 1 },
    };
    expect(events).toEqual([{ actor: "the-operator", action: "job.create", subject: ORDER, detail }]);
  });

  it("is made for a group, and says no more than it was told", async () => {
    const { asked, call, events } = await jobsHouse();
    const { json } = await call("operator", "POST", "/job-orders", { work, group: "web" });
    expect(asked).toEqual([[{ work, target: { group: "web" } }, "the-operator"]]);
    expect(json.order).toMatchObject({ group: "web", nodes: null, wake: false, name: null });
    expect(events[0]?.detail).toMatchObject({ group: "web" });
  });

  it("leaves no more in the audit trail than there is room for", async () => {
    const { call, events } = await jobsHouse();
    const devices = Array.from({ length: 1000 }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}`, type: "PRINTER" }));
    const access = [{ version: "2c", credential: "public" }];
    const netinventory = { task: "netinventory", spec: { devices, access } };
    const names = Array.from({ length: 1000 }, (_, i) => `web-${i}`);
    const { status } = await call("operator", "POST", "/job-orders", { work: netinventory, nodes: names });
    expect(status).toBe(201);
    expect(events[0]?.detail).toMatchObject({ spec: { tooLong: true }, nodes: { length: 100 } });
  });

  it.each<[string, object, number, string | RegExp]>([
    ["nobody it is for", { work }, 400, "for `nodes` or for a `group`"],
    ["two kinds of whom it is for", { work, nodes: ["a"], group: "b" }, 400, "for `nodes` or for a `group`"],
    ["no node", { work, nodes: [] }, 400, "the body/nodes must NOT have fewer"],
    ["too many nodes", { work, nodes: Array(1001).fill("a") }, 400, "the body/nodes must NOT have more"],
    ["an unknown node", { work, nodes: ["web-1", "nobody"] }, 404, "nobody: There is no node"],
    ["a name of two nodes", { work, nodes: ["twins"] }, 409, "twins: Several nodes"],
    ["no work", { nodes: ["a"] }, 400, "must have required property 'work'"],
    ["an unknown task", { work: { task: "format", spec: {} }, nodes: ["a"] }, 400, "the body/work/task must be one of"],
    [
      "another task's spec",
      { work: { ...work, task: "esx" }, group: "a" },
      400,
      'the body/work/spec has no field "package"',
    ],
    [
      "a command",
      { work: { ...work, spec: { exec: "id" } }, group: "a" },
      400,
      'the body/work/spec has no field "exec"',
    ],
    ["a field of nobody's", { work, group: "a", approvedBy: "me" }, 400, 'the body has no field "approvedBy"'],
    [
      "a prototype",
      '{"work":{"task":"wake","spec":{"tasks":["a"]}},"group":"a","__proto__":{"wake":true}}' as never,
      400,
      'no field "__proto__"',
    ],
    [
      "a wake that wakes",
      { work: { task: "wake", spec: { tasks: ["a"] } }, group: "a", wake: true },
      400,
      "A wake wakes by itself.",
    ],
    [
      "access that is not there",
      {
        work: {
          task: "netinventory",
          spec: { devices: [{ ip: "::1", type: "VIDEO", access: 1 }], access: [{ version: "1", credential: "p" }] },
        },
        group: "a",
      },
      400,
      "::1 names access 1",
    ],
    ["no time", { work, group: "a", notBefore: "2016-12-31T23:59:60Z" }, 400, "notBefore is no time."],
    ["all at once", { work, group: "a", perMinute: 0 }, 400, "the body/perMinute must be >= 1"],
    ["an id for a name", { work, group: "a", name: ORDER }, 400, "the body/name must match pattern"],
    [
      "U+0000",
      { work: { ...work, spec: { package: "a\0" } }, group: "a" },
      400,
      "/work/spec/package: There is a character",
    ],
    ["half a character", { work, group: "\ud800" }, 400, "/group: There is a character"],
  ])("is refused for %s, and nothing is made", async (_, body, code, message) => {
    const { asked, call, events } = await jobsHouse();
    const { status, json } = await call("operator", "POST", "/job-orders", body);
    expect([status, json.title]).toEqual([code, expect.stringContaining(message as string)]);
    expect([asked, events]).toEqual([[], []]);
  });

  it("is refused as the store refuses it, and leaves no trace of what was not done", async () => {
    const { call, events } = await jobsHouse({
      create: () => Promise.reject(new GatehouseError("not-found", "There is no package agent.")),
    });
    const { status, json } = await call("operator", "POST", "/job-orders", { work, group: "web" });
    expect([status, json.title, events]).toEqual([404, "There is no package agent.", []]);
  });

  it("is not for who may only read: a token that was stolen from a dashboard runs nothing", async () => {
    const { asked, call, events } = await jobsHouse();
    expect((await call("viewer", "POST", "/job-orders", { work, group: "web" })).status).toBe(403);
    expect((await call("viewer", "POST", "/nodes/web-1/wake", {})).status).toBe(403);
    expect((await call("viewer", "POST", "/job-orders/spring/cancel")).status).toBe(403);
    expect((await call(undefined, "POST", "/job-orders", { work, group: "web" })).status).toBe(401);
    expect([asked, events]).toEqual([[], []]);
  });
});

describe("a wake", () => {
  it("is an order for one node, with what its agent is to run", async () => {
    const { asked, call, events } = await jobsHouse();
    const { status } = await call("operator", "POST", "/nodes/web-1/wake", { tasks: ["deploy", "inventory"] });
    const spec = { tasks: ["deploy", "inventory"] };
    expect([status, asked]).toEqual([
      201,
      [[{ work: { task: "wake", spec }, target: { nodes: ["id-web-1"] } }, "the-operator"]],
    ]);
    expect(events).toMatchObject([{ action: "job.create", detail: { task: "wake", spec, nodes: ["id-web-1"] } }]);
  });

  it("has an inventory, and waits a day, unless something else is said", async () => {
    const { asked, call } = await jobsHouse();
    await call("operator", "POST", "/nodes/web-1/wake", { waitSeconds: 60 });
    expect(asked).toMatchObject([[{ work: { spec: { tasks: ["inventory"] } }, waitSeconds: 60 }, "the-operator"]]);
    expect((await call("operator", "POST", "/nodes/nobody/wake", {})).status).toBe(404);
    expect((await call("operator", "POST", "/nodes/web-1/wake", { tasks: ["rm -rf"] })).status).toBe(400);
  });
});

describe("orders", () => {
  it("are listed without what may be long, page by page", async () => {
    const asked: unknown[] = [];
    const nodes = Array.from({ length: 50_000 }, (_, i) => `n${i}`);
    const { call } = await jobsHouse({
      orders: async (page) => {
        asked.push(page);
        return { orders: [anOrder(), anOrder({ name: null, target: { nodes }, wake: true })], next: "more" };
      },
    });
    const { json, text } = await call("viewer", "GET", "/job-orders?limit=2&after=x");
    expect([asked, json.next]).toEqual([[{ limit: 2, after: "x" }], "more"]);
    expect(json.orders).toMatchObject([
      { name: "spring", task: "deploy", group: "web", nodes: null, counts: { ok: 2, ko: 1 } },
      { name: null, group: null, nodes: 50_000, wake: true },
    ]);
    expect(text.length).toBeLessThan(2000);
  });

  it("are found by name or id, with what is to be done", async () => {
    const { call } = await jobsHouse();
    for (const reference of ["spring", ORDER])
      expect((await call("viewer", "GET", `/job-orders/${reference}`)).json).toMatchObject({
        id: ORDER,
        work: { task: "deploy", spec: { package: "agent", version: 3 } },
      });
    expect((await call("viewer", "GET", "/job-orders/autumn")).status).toBe(404);
  });

  it("are cancelled, as far as they are open, which is noted where it ended something", async () => {
    let open = 2;
    const { call, events } = await jobsHouse({
      cancel: async (what, by) => {
        expect([what, by]).toEqual([{ orderId: ORDER }, "the-operator"]);
        const cancelled = open;
        open = 0;
        return cancelled;
      },
    });
    const cancel = async () => (await call("operator", "POST", "/job-orders/spring/cancel")).json;
    expect([await cancel(), await cancel()]).toEqual([{ cancelled: 2 }, { cancelled: 0 }]);
    expect(events).toEqual([
      { actor: "the-operator", action: "job.cancel", subject: ORDER, detail: { name: "spring", jobs: 2 } },
    ]);
    expect((await call("operator", "POST", "/job-orders/autumn/cancel")).status).toBe(404);
  });
});

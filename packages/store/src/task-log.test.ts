import { afterEach, describe, expect, it } from "vitest";
import { useOutage } from "./outage.test.helper.js";
import { count, until, useDatabase } from "./store.test.helper.js";
import { createTaskLog } from "./task-log.js";

const house = useDatabase();
const outage = useOutage(house);
const made: ReturnType<typeof createTaskLog>[] = [];
const taskLog = () => {
  const log = createTaskLog(house.db);
  made.push(log);
  return log;
};
afterEach(async () => {
  for (const log of made.splice(0)) await log.resign();
  await until(
    "nobody runs",
    async () =>
      (await count(
        house.db,
        "pg_stat_activity where datname = current_database() and application_name = 'gatehouse-scheduler'",
      )) === 0,
  );
});

describe("the runner of the tasks", () => {
  it("is one of several, and stays it", async () => {
    const logs = Array.from({ length: 5 }, taskLog);
    const elected = await Promise.all(logs.map((log) => log.campaign()));
    expect(elected.filter(Boolean)).toHaveLength(1);
    for (let i = 0; i < 3; i++) expect(await Promise.all(logs.map((log) => log.campaign()))).toEqual(elected);
  });

  it("gives way when it resigns, and may run again", async () => {
    const [one, two] = [taskLog(), taskLog()];
    expect([await one.campaign(), await two.campaign()]).toEqual([true, false]);
    await one.resign();
    await until("the other takes over", () => two.campaign());
    expect(await one.campaign()).toBe(false);
    await two.resign();
    await until("the first one again", () => one.campaign());
  });

  it("gives way when its connection breaks, and knows it before it does anything more", async () => {
    const [one, two] = [taskLog(), taskLog()];
    expect([await one.campaign(), await two.campaign()]).toEqual([true, false]);
    await outage.terminate("gatehouse-scheduler");
    // The other one's connection broke as well: its first try may fail.
    await until("the other takes over", () => two.campaign().catch(() => false));
    await until("the first one knows", async () => (await one.campaign().catch(() => undefined)) === false);
    expect(await two.campaign()).toBe(true);
  });

  it("is nobody while the database is away", async () => {
    const log = taskLog();
    expect(await log.campaign()).toBe(true);
    await outage.away();
    for (let i = 0; i < 3; i++) await expect(log.campaign()).rejects.toMatchObject({ code: "database-unavailable" });
    await outage.back();
    await until("an answer", () => house.db.isReachable());
    await until("elected again", () => log.campaign().catch(() => false));
  });
});

describe("the log of the tasks", () => {
  it("tells when each last started and ended, and how", async () => {
    const log = taskLog();
    expect(await log.list()).toEqual([]);
    await log.started("sweep");
    await log.started("a task");
    const [other, sweep] = await log.list();
    expect([other?.name, sweep?.name]).toEqual(["a task", "sweep"]);
    expect(sweep).toEqual({ name: "sweep", startedAt: expect.any(Date), endedAt: null, error: null });
    await log.ended("sweep", null);
    expect((await log.list())[1]).toMatchObject({
      startedAt: sweep?.startedAt,
      endedAt: expect.any(Date),
      error: null,
    });
    await log.ended("sweep", `a\0b\ud800'; drop table nodes;--${"x".repeat(2_000)}`);
    const failed = (await log.list())[1];
    expect(failed?.error).toMatch(/^ab\ufffd'; drop table nodes;--x+$/);
    expect(failed?.error).toHaveLength(1_000);
    await log.started("sweep");
    expect((await log.list())[1]).toMatchObject({ endedAt: null });
    expect(((await log.list())[1]?.startedAt ?? 0) > (sweep?.startedAt ?? 0)).toBe(true);
  });

  it("is one for all gateways, and takes no notice of a task that never started", async () => {
    await taskLog().started("shared");
    await taskLog().ended("never started", "x");
    expect((await taskLog().list()).map(({ name }) => name)).toEqual(["a task", "shared", "sweep"]);
  });
});

import { fixedClock } from "@gatehouse/core/clock";
import type { ScheduledTask } from "@gatehouse/core/schedule";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { databaseAway, recordLog } from "./inbox.test.helper.js";
import { createScheduler, type Scheduler } from "./scheduler.js";
import { FakeDatabase, FakeTaskLog } from "./scheduler.test.helper.js";

const TICK = 10_000;
const clock = fixedClock("2030-01-01T00:00:00Z");
const rejections: unknown[] = [];
process.on("unhandledRejection", (thrown) => rejections.push(thrown));
const schedulers: Scheduler[] = [];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(async () => {
  await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop()));
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  expect(rejections).toEqual([]);
});

async function still(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Time passes, one look at a time. */
async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) {
    clock.set(new Date(clock.now().getTime() + TICK));
    vi.advanceTimersByTime(TICK);
    await still();
  }
}

function make(tasks: ScheduledTask[], database = new FakeDatabase()) {
  const log = recordLog();
  const taskLog = new FakeTaskLog(database, clock);
  const scheduler = createScheduler({ taskLog, tasks, log, clock });
  schedulers.push(scheduler);
  return { database, log, taskLog, scheduler };
}

/** A task that notes when it ran, in seconds of the test. */
function task(name: string, everySeconds: number, run: () => unknown = () => undefined) {
  const from = clock.now().getTime();
  const ran: number[] = [];
  const scheduled: ScheduledTask = {
    name,
    everySeconds,
    run: async () => {
      ran.push((clock.now().getTime() - from) / 1_000);
      return (await run()) as Readonly<Record<string, unknown>> | undefined;
    },
  };
  return { ...scheduled, ran };
}

describe("a task", () => {
  it("runs at once when it never did, then each time its period is over", async () => {
    const [often, seldom] = [task("often", 20), task("seldom", 45)];
    const { scheduler, database } = make([often, seldom]);
    scheduler.start();
    await still();
    await ticks(10);
    expect(often.ran).toEqual([0, 20, 40, 60, 80, 100]);
    expect(seldom.ran).toEqual([0, 50, 100]);
    expect(database.runs.get("seldom")).toEqual({
      name: "seldom",
      startedAt: clock.now(),
      endedAt: clock.now(),
      error: null,
    });
  });

  it("waits out the period of a run before the restart", async () => {
    const database = new FakeDatabase();
    const startedAt = new Date(clock.now().getTime() - 25_000);
    database.runs.set("sweep", { name: "sweep", startedAt, endedAt: null, error: null });
    const sweep = task("sweep", 60);
    make([sweep], database).scheduler.start();
    await still();
    await ticks(4);
    expect(sweep.ran).toEqual([40]);
  });

  it("is not put off for years by a run that a wrong clock recorded", async () => {
    const database = new FakeDatabase();
    database.runs.set("sweep", { name: "sweep", startedAt: new Date("2099-01-01"), endedAt: null, error: null });
    const sweep = task("sweep", 60);
    make([sweep], database).scheduler.start();
    await still();
    expect(sweep.ran).toEqual([0]);
  });

  it("runs one after another, each recorded before and after", async () => {
    let under = 0;
    let most = 0;
    const slowly = async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
    };
    const { scheduler, taskLog } = make([task("one", 60, slowly), task("two", 60, slowly)]);
    scheduler.start();
    await still();
    expect(most).toBe(1);
    expect(taskLog.calls).toEqual(["campaign", "list", "started one", "ended one", "started two", "ended two"]);
  });

  it("says what it did, and nothing when there was nothing to do", async () => {
    const { scheduler, log } = make([task("sweep", 60, () => ({ removed: 3 })), task("rest", 60)]);
    scheduler.start();
    await still();
    expect(log.lines.map(({ message, fields }) => [message, fields])).toEqual([
      ["this gateway runs the scheduled tasks", {}],
      ["a task did its work", { task: "sweep", removed: 3 }],
    ]);
  });

  it("that fails is logged, recorded by its message, due again after its period, and stops no other", async () => {
    const broken = task("broken", 30, () => {
      throw new Error("no such partition");
    });
    const after = task("after", 30);
    const { scheduler, database, log } = make([broken, after]);
    scheduler.start();
    await still();
    await ticks(3);
    expect([broken.ran, after.ran]).toEqual([
      [0, 30],
      [0, 30],
    ]);
    expect(database.runs.get("broken")).toMatchObject({ error: "no such partition", endedAt: clock.now() });
    expect(log.at("error").map(({ message, fields }) => [message, fields["task"]])).toEqual([
      ["a task failed", "broken"],
      ["a task failed", "broken"],
    ]);
    expect(log.at("error")[0]?.fields["error"]).toMatch(/no such partition\n\s+at/);
  });

  it("whose record cannot be written does not run, and stops no other", async () => {
    const [one, two] = [task("one", 60), task("two", 60)];
    const { scheduler, taskLog } = make([one, two]);
    taskLog.before = (call) => {
      if (call === "started one") throw new Error("no such table");
    };
    scheduler.start();
    await still();
    expect([one.ran, two.ran]).toEqual([[], [0]]);
  });
});

describe("the runner", () => {
  it("is one of several gateways, and another when it stops", async () => {
    const database = new FakeDatabase();
    const [here, there] = [task("sweep", 20), task("sweep", 20)];
    const [first, second] = [make([here], database), make([there], database)];
    first.scheduler.start();
    await still();
    second.scheduler.start();
    await still();
    await ticks(2);
    expect([here.ran, there.ran]).toEqual([[0, 20], []]);
    await first.scheduler.stop();
    await ticks(2);
    expect([here.ran, there.ran]).toEqual([[0, 20], [40]]);
    expect(second.taskLog.calls.filter((call) => call === "campaign")).toHaveLength(4);
  });

  it.each(["list", "started one", "ended one", "inside"])(
    "campaigns anew when the database goes at %s",
    async (when) => {
      let gone = false;
      const one = task("one", 10, () => {
        if (when === "inside" && !gone) {
          gone = true;
          throw databaseAway();
        }
      });
      const two = task("two", 10);
      const { scheduler, taskLog, database, log } = make([one, two]);
      taskLog.before = (call) => {
        if (call === when && !gone) {
          gone = true;
          throw databaseAway();
        }
      };
      scheduler.start();
      await still();
      expect(gone).toBe(true);
      expect(two.ran).toEqual([]);
      expect(database.runner).toBeUndefined();
      await ticks(1);
      expect(database.runner).toBe(taskLog);
      expect(taskLog.calls.filter((call) => call === "campaign")).toHaveLength(2);
      expect([one.ran.at(-1), two.ran]).toEqual([10, [10]]);
      expect(log.at("error").map(({ message }) => message)).toEqual([
        "the schedule waits: the database cannot be reached",
      ]);
    },
  );

  it("that is another gateway says an outage too, and resigns from nothing", async () => {
    const database = new FakeDatabase();
    make([], database).scheduler.start();
    await still();
    const { scheduler, taskLog, log } = make([], database);
    database.away = true;
    scheduler.start();
    await still();
    await ticks(1);
    database.away = false;
    // What looked at the outage first has lost its place by then.
    database.runner = new FakeTaskLog(database, clock);
    await ticks(1);
    expect(log.lines.map(({ message }) => message)).toEqual([
      "the schedule waits: the database cannot be reached",
      "the schedule goes on: the database is back",
    ]);
    expect(taskLog.calls).toEqual(["campaign", "campaign", "campaign"]);
  });

  it("says an outage once, and its end", async () => {
    const sweep = task("sweep", 10);
    const { scheduler, database, log } = make([sweep]);
    database.away = true;
    scheduler.start();
    await still();
    await ticks(5);
    database.away = false;
    await ticks(2);
    expect(sweep.ran).toEqual([60, 70]);
    expect(log.lines.map(({ message }) => message)).toEqual([
      "the schedule waits: the database cannot be reached",
      "this gateway runs the scheduled tasks",
      "the schedule goes on: the database is back",
    ]);
  });

  it("goes on after what is no outage", async () => {
    const sweep = task("sweep", 10);
    const { scheduler, taskLog, log } = make([sweep]);
    taskLog.before = (call) => {
      if (call === "list") throw new Error("permission denied");
    };
    scheduler.start();
    await still();
    expect(log.at("error").map(({ message }) => message)).toEqual(["the schedule failed"]);
    taskLog.before = () => undefined;
    await ticks(1);
    expect(sweep.ran).toEqual([10]);
    expect(taskLog.calls.filter((call) => call === "campaign")).toHaveLength(1);
  });
});

describe("start", () => {
  it("looks once, however often it is called, and keeps no process alive", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { scheduler, taskLog } = make([task("one", 60)]);
    scheduler.start();
    scheduler.start();
    await still();
    expect(taskLog.calls.filter((call) => call === "list")).toHaveLength(1);
    const [timer, ...others] = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect([timer?.hasRef(), others]).toEqual([false, []]);
    timers.mockRestore();
  });
});

describe("stop", () => {
  it("lets the task under way end, begins no other, resigns", async () => {
    let end = () => {};
    const slow = task("slow", 60, () => new Promise<void>((resolve) => (end = resolve)));
    const next = task("next", 60);
    const { scheduler, taskLog, database } = make([slow, next]);
    scheduler.start();
    await still();
    let stopped = false;
    const stop = scheduler.stop().then(() => {
      stopped = true;
    });
    await still();
    expect([stopped, database.runner]).toEqual([false, taskLog]);
    end();
    await stop;
    expect(next.ran).toEqual([]);
    expect(taskLog.calls.slice(-2)).toEqual(["ended slow", "resign"]);
    expect(database.runner).toBeUndefined();
    await ticks(2);
    expect(slow.ran).toEqual([0]);
  });

  it("survives a database that is away, and a start that never was", async () => {
    const { scheduler, database, taskLog } = make([task("one", 60)]);
    scheduler.start();
    await still();
    database.away = true;
    await scheduler.stop();
    await scheduler.stop();
    expect(taskLog.calls.filter((call) => call === "resign")).toHaveLength(1);
    const never = make([task("one", 60)]);
    await never.scheduler.stop();
    never.scheduler.start();
    await still();
    expect(never.taskLog.calls).toEqual([]);
  });
});

describe("runNow", () => {
  it("runs a task that is not due, on a gateway that is not the runner, and records it", async () => {
    const database = new FakeDatabase();
    const other = make([], database);
    other.scheduler.start();
    await still();
    const sweep = task("sweep", 3_600, () => ({ removed: 1 }));
    const { scheduler } = make([sweep], database);
    scheduler.start();
    await still();
    expect(sweep.ran).toEqual([]);
    expect(await scheduler.runNow("sweep")).toEqual({ removed: 1 });
    expect(database.runs.get("sweep")).toMatchObject({ endedAt: clock.now(), error: null });
  });

  it("waits its turn", async () => {
    let end = () => {};
    const slow = task("slow", 60, () => new Promise<void>((resolve) => (end = resolve)));
    const quick = task("quick", 60);
    const { scheduler } = make([slow, quick]);
    const first = scheduler.runNow("slow");
    const second = scheduler.runNow("quick");
    await still();
    expect([slow.ran, quick.ran]).toEqual([[0], []]);
    end();
    await Promise.all([first, second]);
    expect(quick.ran).toEqual([0]);
  });

  it("throws what the task throws, also when that cannot be recorded", async () => {
    const { scheduler, taskLog, log } = make([
      task("broken", 60, () => {
        throw new RangeError("too many");
      }),
    ]);
    taskLog.before = (call) => {
      if (call.startsWith("ended")) throw databaseAway();
    };
    await expect(scheduler.runNow("broken")).rejects.toThrow(RangeError);
    expect(log.at("error").map(({ fields }) => fields["error"])).toEqual([expect.stringContaining("too many")]);
  });

  it("throws what the task throws, and for a name that it does not know", async () => {
    const { scheduler, database } = make([
      task("broken", 60, () => {
        throw new RangeError("too many");
      }),
    ]);
    await expect(scheduler.runNow("broken")).rejects.toThrow(RangeError);
    expect(database.runs.get("broken")).toMatchObject({ error: "too many" });
    await expect(scheduler.runNow("toString")).rejects.toMatchObject({ code: "not-found" });
  });
});

import { fixedClock } from "@gatehouse/core/clock";
import type { Waiting } from "@gatehouse/core/submissions";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeInbox, fakeTasks, recordLog } from "./inbox.test.helper.js";
import { createInboxLoop, type InboxLoop, type InboxLoopOptions } from "./inbox-loop.js";

const HOUR = 3_600_000;
const clock = fixedClock("2030-01-01T00:00:00Z");
const rejections: unknown[] = [];
process.on("unhandledRejection", (thrown) => rejections.push(thrown));
const loops: InboxLoop[] = [];

// The waits are turned by hand; everything else, the turns of the event loop too, goes on by itself.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  vi.useRealTimers();
  expect(rejections).toEqual([]);
});

function make(said: Partial<InboxLoopOptions> & { on?: (submission: Waiting) => unknown } = {}) {
  const inbox = new FakeInbox();
  const log = recordLog();
  const loop = createInboxLoop({
    inbox,
    log,
    clock,
    tasks: fakeTasks(said.on),
    heavyBytes: 10,
    pollMs: HOUR,
    workers: 1,
    ...said,
  });
  loops.push(loop);
  return { inbox, log, loop };
}

/** Lets everything happen that needs no time. */
async function still(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await still();
}

const AWAY = "the inbox waits: the database cannot be reached";
const BACK = "the inbox goes on: the database is back";

describe("a database that is away", () => {
  it("is tried again after 0.5, 1, 2, 4, 8, 10 and 10 seconds, and said once", async () => {
    const { inbox, loop, log } = make();
    inbox.put("a");
    inbox.away = true;
    loop.start();
    await still();
    expect(inbox.claims).toBe(1);
    let claims = 1;
    for (const ms of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      await pass(ms - 1);
      expect(inbox.claims).toBe(claims);
      await pass(1);
      claims += 1;
      expect(inbox.claims).toBe(claims);
    }
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([["error", AWAY]]);
    inbox.away = false;
    await pass(10_000);
    expect(inbox.done).toEqual(["s1"]);
    expect(log.lines.map(({ message }) => message)).toEqual([AWAY, BACK]);
  });

  it("is said once by all workers together, and again when it is away again, which begins with short waits", async () => {
    const { inbox, loop, log } = make({ workers: 3 });
    inbox.away = true;
    loop.start();
    await pass(500);
    await pass(1_000);
    inbox.away = false;
    await pass(2_000);
    inbox.away = true;
    inbox.put("a");
    loop.wake();
    await still();
    const claims = inbox.claims;
    inbox.away = false;
    await pass(500);
    expect(inbox.claims).toBeGreaterThan(claims);
    expect(inbox.done).toEqual(["s1"]);
    expect(log.lines.map(({ message }) => message)).toEqual([AWAY, BACK, AWAY, BACK]);
  });

  it.each(["begin", "settle"])("is nobody's failure when it goes during %s: all is done again", async (when) => {
    const { inbox, loop, log } = make();
    inbox.put("a", { body: new Uint8Array(when === "begin" ? 11 : 1) });
    inbox.put("a");
    let releases = 0;
    inbox.before = (what) => {
      if (what === when) inbox.away = true;
      if (what === "release") releases += 1;
    };
    loop.start();
    await still();
    expect([inbox.settled, inbox.held.size, releases]).toEqual([[], 0, 1]);
    inbox.before = () => undefined;
    inbox.away = false;
    await pass(500);
    expect(inbox.done).toEqual(["s1", "s2"]);
    expect(inbox.deadLetters).toEqual({});
    expect(log.lines.map(({ message }) => message)).toEqual([AWAY, BACK]);
  });

  it("is one outage as long as nothing could be stored, even when it answers now and then", async () => {
    const { inbox, loop, log } = make();
    inbox.put("a");
    inbox.before = (what) => {
      inbox.away = what === "settle";
    };
    loop.start();
    await still();
    for (const ms of [500, 1_000, 2_000]) await pass(ms);
    expect(inbox.claims).toBe(4);
    expect(log.lines.map(({ message }) => message)).toEqual([AWAY]);
  });

  it("does not keep stop waiting, nor do wakes make it be asked more often", async () => {
    const { inbox, loop } = make();
    inbox.away = true;
    loop.start();
    await still();
    loop.wake();
    await still();
    expect(inbox.claims).toBe(1);
    await loop.stop();
    expect(inbox.claims).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what goes wrong otherwise", () => {
  it("is logged and tried again after a pause: an inbox that cannot be claimed from", async () => {
    const { inbox, loop, log } = make();
    inbox.put("a");
    inbox.before = () => {
      throw new Error("relation does not exist");
    };
    loop.start();
    await still();
    expect(inbox.claims).toBe(1);
    await pass(500);
    expect(inbox.claims).toBe(2);
    expect(log.at("error").map(({ message, fields }) => [message, fields])).toEqual(
      [1, 2].map(() => ["a round of the inbox failed", { error: expect.stringContaining("relation does not exist") }]),
    );
    inbox.before = () => undefined;
    await pass(1_000);
    expect(inbox.done).toEqual(["s1"]);
  });

  it("does not spin on what stays in the inbox, and the others go on", async () => {
    const { inbox, loop } = make();
    inbox.refuse = ({ submission }) => (submission.id === "s1" ? new Error("no partition") : undefined);
    inbox.put("a");
    inbox.put("a");
    loop.start();
    await still();
    expect([inbox.claims, inbox.done]).toEqual([1, ["s2"]]);
    await pass(500);
    expect(inbox.claims).toBe(2);
    await pass(999);
    expect(inbox.claims).toBe(2);
    inbox.put("b");
    await pass(1);
    expect(inbox.done).toEqual(["s2", "s3"]);
    inbox.refuse = () => undefined;
    await pass(500);
    expect(inbox.done).toEqual(["s2", "s3", "s1"]);
  });

  it("does not end a worker: a release that fails, a metric or a busy() that throws", async () => {
    const metrics = {
      onSettled: () => {
        throw new Error("no such metric");
      },
    };
    const { inbox, loop, log } = make({ metrics });
    inbox.before = (what) => {
      if (what === "release") throw new Error("not the owner");
    };
    inbox.put("a");
    loop.start();
    await still();
    inbox.put("a");
    await pass(500);
    expect(inbox.done).toEqual(["s1", "s2"]);
    expect(log.at("error").map(({ message }) => message)).toEqual([
      "a claim could not be released",
      "a round of the inbox failed",
      "a claim could not be released",
      "a round of the inbox failed",
    ]);
  });
});

describe("while agents are being accepted", () => {
  const during = async (tookMs: number, busy: boolean) => {
    const { inbox, loop } = make({
      most: 1,
      busy: () => busy,
      on: () => clock.set(new Date(clock.now().getTime() + tookMs)),
    });
    inbox.put("a");
    inbox.put("a");
    loop.start();
    await still();
    return inbox;
  };

  it.each([
    [20, 180],
    [50, 450],
    [100, 900],
    [5_000, 1_000],
  ])("a batch of %i ms is followed by a pause of %i ms", async (tookMs, pauseMs) => {
    const inbox = await during(tookMs, true);
    expect(inbox.done).toEqual(["s1"]);
    await pass(pauseMs - 1);
    expect(inbox.done).toEqual(["s1"]);
    await pass(1);
    expect(inbox.done).toEqual(["s1", "s2"]);
  });

  it("a clock that was set back makes no pause, and neither does quiet", async () => {
    expect((await during(-HOUR, true)).done).toEqual(["s1", "s2"]);
    expect((await during(5_000, false)).done).toEqual(["s1", "s2"]);
  });
});

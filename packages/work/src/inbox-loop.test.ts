import type { Waiting } from "@gatehouse/core/submissions";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { FakeInbox, fakeTasks, recordLog, until } from "./inbox.test.helper.js";
import { createInboxLoop, type InboxLoopOptions } from "./inbox-loop.js";

const HOUR = 3_600_000;
const rejections: unknown[] = [];
process.on("unhandledRejection", (thrown) => rejections.push(thrown));
afterEach(() => expect(rejections).toEqual([]));

/** A loop that looks by itself only every hour: what it does in a test, it was woken for. */
function make(said: Partial<InboxLoopOptions> & { on?: (submission: Waiting) => unknown } = {}) {
  const inbox = new FakeInbox();
  const log = recordLog();
  const counted: [number, number][] = [];
  const loop = createInboxLoop({
    inbox,
    log,
    tasks: fakeTasks(said.on),
    heavyBytes: 10,
    pollMs: HOUR,
    metrics: { onSettled: (done, failed) => counted.push([done, failed]) },
    ...said,
  });
  onTestFinished(() => loop.stop());
  return { inbox, log, loop, counted };
}

/** A promise and its end. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("order", () => {
  it("is that of acceptance for each agent, with several workers, many agents and work of uneven length", async () => {
    let most = 0;
    let now = 0;
    const agents = new Set<string>();
    const twice: string[] = [];
    const { inbox, loop } = make({
      workers: 4,
      most: 7,
      on: async ({ agentId, id }) => {
        if (agents.has(agentId)) twice.push(id);
        agents.add(agentId);
        most = Math.max(most, ++now);
        for (let turns = Number(id.slice(1)) % 5; turns > 0; turns--) await new Promise((go) => setImmediate(go));
        now -= 1;
        agents.delete(agentId);
      },
    });
    const accepted = new Map<string, string[]>();
    const put = (n: number) => {
      const agent = `agent ${(n * n) % 23}`;
      // Some are heavy, some poison.
      const body = new Uint8Array(n % 11 === 0 ? 20 : 1);
      const { id } = inbox.put(agent, { body, kind: n % 13 === 0 ? "poison" : "look" });
      accepted.set(agent, [...(accepted.get(agent) ?? []), id]);
    };
    for (let n = 0; n < 300; n++) put(n);
    loop.start();
    for (let n = 300; n < 500; n++) {
      put(n);
      if (n % 50 === 0) await new Promise((go) => setImmediate(go));
    }
    await loop.idle();
    const settled = new Map<string, string[]>();
    for (const { submission } of inbox.settled)
      settled.set(submission.agentId, [...(settled.get(submission.agentId) ?? []), submission.id]);
    expect(settled).toEqual(accepted);
    expect(twice).toEqual([]);
    expect(inbox.held.size).toBe(0);
    expect(most).toBeGreaterThan(1);
  });
});

describe("a submission that its processor refuses", () => {
  it("goes to the dead letters at once, and its agent's later ones and all others are processed", async () => {
    const { inbox, loop, log, counted } = make();
    inbox.put("a");
    const poison = inbox.put("a", { kind: "poison" });
    inbox.put("a");
    inbox.put("b");
    loop.start();
    await loop.idle();
    expect(inbox.done).toEqual(["s1", "s3", "s4"]);
    expect(inbox.deadLetters).toEqual({
      [poison.id]: { code: "request-malformed", message: "It is poison.", detail: poison.id },
    });
    expect(log.lines).toEqual([
      {
        level: "warn",
        message: "a submission went to the dead letters",
        fields: { id: poison.id, agent: "a", kind: "poison", code: "request-malformed" },
      },
    ]);
    expect(counted).toEqual([[3, 1]]);
  });

  it("for whatever was thrown, is internal with its kind as the detail", async () => {
    const { inbox, loop } = make({
      on: ({ id }) => {
        if (id === "s1") throw new RangeError("too deep");
        if (id === "s2") throw "a word";
      },
    });
    inbox.put("a");
    inbox.put("a");
    inbox.put("a");
    loop.start();
    await loop.idle();
    expect(inbox.done).toEqual(["s3"]);
    expect(inbox.deadLetters).toMatchObject({
      s1: { code: "internal", message: "The work failed.", detail: "RangeError" },
      s2: { code: "internal", detail: "string" },
    });
  });
});

describe("a heavy submission", () => {
  it("is counted before it is begun, a light one never", async () => {
    const seen: string[] = [];
    const { inbox, loop } = make({
      on: ({ id }) => seen.push(`run ${id} at attempt ${inbox.waiting.find((one) => one.id === id)?.attempts}`),
    });
    inbox.before = (what, submissions) => {
      if (what === "begin") seen.push(`begin ${submissions[0]?.id}`);
    };
    inbox.put("a", { body: new Uint8Array(10) });
    inbox.put("b", { body: new Uint8Array(11) });
    loop.start();
    await loop.idle();
    expect(seen).toEqual(["run s1 at attempt 0", "begin s2", "run s2 at attempt 1"]);
  });

  it("over which a gateway ended three times is given up, without another try", async () => {
    const tried: string[] = [];
    const { inbox, loop } = make({ on: ({ id }) => tried.push(id) });
    const body = new Uint8Array(11);
    for (const attempts of [2, 3, 4]) inbox.put("a", { body, attempts });
    loop.start();
    await loop.idle();
    expect(tried).toEqual(["s1"]);
    expect(inbox.done).toEqual(["s1"]);
    const failure = {
      code: "internal",
      message: "A gateway ended three times while it was processing this.",
      detail: null,
    };
    expect(inbox.deadLetters).toEqual({ s2: failure, s3: failure });
  });
});

describe("wake, idle and stop", () => {
  it("wakes who rests, and idle waits for what was put in before", async () => {
    const { inbox, loop } = make();
    loop.start();
    await loop.idle();
    const looks = inbox.claims;
    inbox.put("a");
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    expect(inbox.claims).toBe(looks);
    loop.wake();
    await until("the submission", () => inbox.done.length === 1);
    inbox.put("b");
    await loop.idle();
    expect(inbox.done).toEqual(["s1", "s2"]);
  });

  it("starts its workers once, however often it is told to", async () => {
    const { inbox, loop } = make({ workers: 3 });
    loop.start();
    loop.start();
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    expect(inbox.claims).toBe(3);
  });

  it("does not lose a wake that comes during a look", async () => {
    const { inbox, loop } = make({ workers: 1 });
    const [looking, look] = [gate(), gate()];
    inbox.claim = async () => {
      inbox.claim = FakeInbox.prototype.claim;
      looking.open();
      await look.opened;
      return undefined;
    };
    loop.start();
    await looking.opened;
    inbox.put("a");
    loop.wake();
    look.open();
    await until("the submission", () => inbox.done.length === 1);
  });

  it("after a small batch lets others gather, and takes them together", async () => {
    const { inbox, loop, counted } = make({ workers: 1 });
    inbox.put("a");
    loop.start();
    await until("the first is settled", () => counted.length === 1);
    for (let n = 0; n < 5; n++) {
      inbox.put(`agent ${n}`);
      loop.wake();
      await new Promise((go) => setImmediate(go));
    }
    await loop.idle();
    expect(counted).toEqual([
      [1, 0],
      [5, 0],
    ]);
  });

  it("while one lets others gather, what comes is its, and no other worker's", async () => {
    const { inbox, loop, counted } = make({ workers: 2 });
    inbox.put("a");
    loop.start();
    await until("the first is settled", () => counted.length === 1);
    const looks = inbox.claims;
    for (let n = 0; n < 5; n++) {
      inbox.put(`agent ${n}`);
      loop.wake();
      await new Promise((go) => setImmediate(go));
    }
    expect(inbox.claims).toBe(looks);
    await until("the others", () => counted.length === 2);
    expect(counted).toEqual([
      [1, 0],
      [5, 0],
    ]);
  });

  it("while one is at work on a small batch, what comes is its, until that takes long", async () => {
    const [begun, work] = [gate(), gate()];
    const { inbox, loop, counted } = make({
      workers: 2,
      on: ({ agentId }) => {
        if (agentId !== "a") return;
        begun.open();
        return work.opened;
      },
    });
    loop.start();
    await loop.idle();
    inbox.put("a");
    loop.wake();
    await begun.opened;
    const looks = inbox.claims;
    inbox.put("b");
    loop.wake();
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    expect(inbox.claims).toBe(looks);
    await until("the other worker's batch", () => counted.length === 1);
    expect(inbox.done).toEqual(["s2"]);
    work.open();
    await loop.idle();
    expect(inbox.done).toEqual(["s2", "s1"]);
  });

  it("looks by itself after pollMs", async () => {
    const { inbox, loop } = make({ pollMs: 1 });
    loop.start();
    await loop.idle();
    inbox.put("a");
    await until("the submission", () => inbox.done.length === 1);
  });

  it("idle waits for a batch that another worker has under way", async () => {
    const work = gate();
    const { inbox, loop } = make({ pollMs: 1, on: () => work.opened });
    inbox.put("a");
    loop.start();
    let idle = false;
    const waited = loop.idle().then(() => {
      idle = true;
    });
    await until("several looks", () => inbox.claims >= 5);
    expect(idle).toBe(false);
    work.open();
    await waited;
    expect(inbox.done).toEqual(["s1"]);
  });

  it("idle waits for a batch that began after its worker had found nothing", async () => {
    const works = { a: gate(), b: gate() };
    const { inbox, loop } = make({ on: ({ agentId }) => works[agentId as "a" | "b"].opened });
    inbox.put("a");
    loop.start();
    let idle = false;
    const waited = loop.idle().then(() => {
      idle = true;
    });
    await until("the other worker's look", () => inbox.claims === 2);
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    inbox.put("b");
    loop.wake();
    await until("both batches", () => inbox.held.size === 2);
    works.a.open();
    await until("the first one's next look", () => inbox.held.size === 1 && inbox.claims >= 4);
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    expect(idle).toBe(false);
    works.b.open();
    await waited;
    expect(inbox.done).toEqual(["s1", "s2"]);
  });

  it("stop waits for the batch under way and begins no other", async () => {
    const [begun, work] = [gate(), gate()];
    const { inbox, loop } = make({
      workers: 1,
      most: 2,
      on: () => {
        begun.open();
        return work.opened;
      },
    });
    for (const agent of ["a", "b", "c"]) inbox.put(agent);
    loop.start();
    const idle = loop.idle();
    await begun.opened;
    let stopped = false;
    const stop = loop.stop().then(() => {
      stopped = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
    expect(stopped).toBe(false);
    work.open();
    await stop;
    await idle;
    expect(inbox.done).toEqual(["s1", "s2"]);
    expect(inbox.waiting).toHaveLength(1);
    expect(inbox.held.size).toBe(0);
    expect(inbox.claims).toBe(1);
  });

  it("stop ends a rest, may be called again, and may come before start", async () => {
    const { inbox, loop } = make();
    loop.start();
    await loop.idle();
    await loop.stop();
    await loop.stop();
    await loop.idle();
    const never = make();
    await never.loop.stop();
    never.inbox.put("a");
    never.loop.start();
    await never.loop.idle();
    expect([inbox.claims > 0, never.inbox.claims]).toEqual([true, 0]);
  });

  it("idle is at once where nothing runs", async () => {
    const { inbox, loop } = make();
    inbox.put("a");
    await loop.idle();
    expect(inbox.done).toEqual([]);
  });
});

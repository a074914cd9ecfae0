import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deferred } from "./deferred.js";
import type { WorkerAnswer, WorkerSaid } from "./messages.js";
import type { Ending } from "./parent.js";
import { Pool, type PoolOptions } from "./pool.js";
import { type Worker, WorkerGone } from "./worker.js";

interface Served {
  readonly environment: string;
}
interface Work {
  readonly id: string;
  readonly pid: number;
  readonly answer: (said?: Partial<WorkerSaid>) => Promise<void>;
  readonly lose: (ending?: Ending) => Promise<void>;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A pool whose workers do what a test tells them. */
function poolOf({ misdeed, ...said }: Partial<PoolOptions<Served>> & { readonly misdeed?: string } = {}) {
  const work: Work[] = [];
  const killed: number[] = [];
  const forked: string[] = [];
  const endings = new Map<number, Ending>();
  let pids = 0;
  const fork = async ({ environment }: Served): Promise<Worker> => {
    forked.push(environment);
    const pid = ++pids;
    const gone = deferred<void>();
    let current = deferred<WorkerAnswer>();
    const end = () => {
      gone.resolve();
      current.reject(new WorkerGone("gone", misdeed));
    };
    return {
      pid,
      gone: gone.promise,
      kill: () => {
        killed.push(pid);
        end();
      },
      ask: (request) => {
        current = deferred();
        const { resolve } = current;
        work.push({
          id: String(request["id"]),
          pid,
          answer: (more = {}) => {
            resolve({ said: { id: 1, ok: true, ...more }, text: undefined });
            return settled();
          },
          lose: (ending) => {
            endings.set(pid, ending);
            end();
            return settled();
          },
        });
        return current.promise;
      },
    };
  };
  const pool = new Pool<Served>({
    ...{ fork, endingOf: async ({ pid }) => endings.get(pid), workers: 2, queue: 100 },
    ...{ timeoutMilliseconds: 60_000, recycleAfter: 100, retainedBytes: 1000, ...said },
  });
  const served = new Map<string, Served>();
  const results: string[] = [];
  /** Asks for something of an environment: `a1` is of a, and `a1@x` for the node x. */
  const ask = async (...ids: string[]) => {
    for (const id of ids) {
      const environment = id.slice(0, 1);
      const of = served.get(environment) ?? { environment };
      served.set(environment, of);
      const [, certname = ""] = id.split("@");
      const request = { op: "compile" as const, id };
      const job = { served: of, certname, request, answering: async () => "[]", what: id };
      pool.run(job).then(
        () => results.push(id),
        (error: Error) => results.push(`${id}: ${error.message}`),
      );
    }
    await settled();
  };
  const ids = () => work.map(({ id }) => id);
  return { pool, work, killed, forked, results, ask, ids, served };
}

describe("a pool of workers", () => {
  afterEach(() => void vi.useRealTimers());

  it("works at so many things at a time, and uses who is there", async () => {
    const { work, forked, ask, ids, results, pool } = poolOf();
    await ask("a1", "a2", "a3");
    expect([ids(), pool.status()]).toEqual([["a1", "a2"], { workers: 2, busy: 2, idle: 0, waiting: 1, lost: 0 }]);
    await work[1]?.answer();
    await work[0]?.answer();
    await work[2]?.answer();
    expect([ids(), forked, results]).toEqual([
      ["a1", "a2", "a3"],
      ["a", "a"],
      ["a2", "a1", "a3"],
    ]);
    expect(work[2]?.pid).toBe(work[1]?.pid);
  });

  it("goes on with the worker that was asked last", async () => {
    const { work, ask } = poolOf();
    await ask("a1", "a2");
    await work[0]?.answer();
    await work[1]?.answer();
    for (const [i, id] of ["a3", "a4"].entries()) {
      await ask(id);
      await work[i + 2]?.answer();
    }
    expect(work.map(({ pid }) => pid)).toEqual([1, 2, 2, 2]);
  });

  it("gives environments their turns, and lets a worker go on for a while", async () => {
    const { work, ask, ids } = poolOf({ workers: 1 });
    await ask(...Array.from({ length: 12 }, (_, i) => `a${i}`), "b0", "c0", "b1");
    for (let i = 0; i < 15; i++) await work[i]?.answer();
    expect(ids()).toEqual([
      ...["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"],
      ...["b0", "b1", "c0", "a8", "a9", "a10", "a11"],
    ]);
  });

  it("keeps one idle worker more than work, and ends the one that was used least recently", async () => {
    const { work, forked, killed, ask, pool } = poolOf({ workers: 1 });
    for (const [i, id] of ["a1", "b1", "a2", "c1", "a3", "b2"].entries()) {
      await ask(id);
      await work[i]?.answer();
    }
    expect([forked, killed]).toEqual([
      ["a", "b", "c", "b"],
      [2, 3],
    ]);
    expect(pool.status()).toMatchObject({ busy: 0, idle: 2 });
  });

  it("replaces a worker that is worn, large, or says that it ends", async () => {
    const { work, killed, ask } = poolOf({ workers: 1, recycleAfter: 2 });
    for (const [i, said] of [{}, {}, { rss: 1001 }, { last: true }, { rss: 1000 }].entries()) {
      await ask(`a${i}`);
      await work[i]?.answer(said);
    }
    expect([work.map(({ pid }) => pid), killed]).toEqual([
      [1, 1, 2, 3, 4],
      [1, 2, 3],
    ]);
  });

  it.each([
    ["killed", { status: null, signal: 9 }],
    ["asked to end", { status: null, signal: 15 }],
    ["lost with its parent", undefined],
  ])("tries once more, before what came later, what a worker was at that was %s", async (_, ending) => {
    const { work, ask, ids, results, pool } = poolOf({ workers: 1 });
    await ask("a1", "a2", "a3");
    await work[0]?.lose(ending);
    await work[1]?.answer();
    expect(ids()).toEqual(["a1", "a2", "a1"]);
    await work[2]?.lose(ending);
    expect(results).toEqual(["a2", expect.stringMatching(/^a1: The process that made a1 ended in mid-work/)]);
    await work[3]?.answer();
    expect([ids(), results[2], pool.status().lost]).toEqual([["a1", "a2", "a1", "a3"], "a3", 2]);
  });

  it.each([
    [{ status: 3, signal: null }, "status 3"],
    [{ status: null, signal: 11 }, "signal 11"],
  ])("does not try again what ended its worker by itself: %o", async (ending, how) => {
    const { work, ask, results } = poolOf();
    await ask("a1");
    await work[0]?.lose(ending);
    expect([work.length, results]).toEqual([1, [`a1: The process that made a1 ended in mid-work: ${how}`]]);
  });

  it("forgets a worker that ends at rest", async () => {
    const { work, ask, pool } = poolOf();
    await ask("a1");
    await work[0]?.answer();
    await work[0]?.lose({ status: null, signal: 9 });
    expect(pool.status()).toMatchObject({ idle: 0, lost: 0 });
    await ask("a2");
    expect(work[1]?.pid).toBe(2);
  });

  it("tells who waits where no process starts, and goes on with others", async () => {
    let tries = 0;
    const { work, ask, results } = poolOf({ workers: 1 });
    const failing = poolOf({
      workers: 1,
      fork: async () => {
        tries++;
        throw new Error("no room");
      },
    });
    await failing.ask("a1", "b1");
    expect([failing.results, tries, failing.pool.status().busy]).toEqual([["a1: no room", "b1: no room"], 2, 0]);
    await ask("a1");
    await work[0]?.answer();
    expect(results).toEqual(["a1"]);
  });

  it("sends away who finds too many waiting", async () => {
    const { ask, results, pool } = poolOf({ workers: 1, queue: 2 });
    await ask("a1", "a2", "b1", "c1");
    // Of one environment there was one more than of the others.
    expect(results).toEqual(["c1: The compiler has 2 catalogs to make already."]);
    const job = {
      served: { environment: "c" },
      request: { op: "load" as const },
      answering: async () => "[]",
      what: "",
    };
    const error = await pool.run(job).catch((thrown) => thrown);
    expect(error.code).toBe("overloaded");
    expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(15);
  });

  it("makes what it is at, and sends the others away, when it is to end", async () => {
    const { work, ask, pool, results, killed } = poolOf({ workers: 1 });
    await ask("a1", "a2");
    pool.drain();
    await ask("a3");
    expect(results).toEqual(["a2: The compiler ends.", "a3: The compiler ends."]);
    await work[0]?.answer();
    expect([results[2], killed]).toEqual(["a1", []]);
  });

  it("does not let one environment shut out another", async () => {
    const { work, ask, results, ids } = poolOf({ workers: 1, queue: 3 });
    await ask("a1", "a2", "a3", "a4", "b1", "a5", "b2");
    expect(results.map((one) => one.slice(0, 3))).toEqual(["a4:", "a5:", "b2:"]);
    for (let i = 0; i < 4; i++) await work[i]?.answer();
    expect(ids()).toEqual(["a1", "a2", "a3", "b1"]);
  });

  it("does not let one node shut out another of its environment", async () => {
    const { work, ask, results, ids } = poolOf({ workers: 1, queue: 3 });
    await ask("a1@x", "a2@x", "a3@x", "a4@x", "a5@x", "a6@y", "a7@z", "b1@x");
    expect(results.map((one) => one.slice(0, 4))).toEqual(["a5@x", "a4@x", "a3@x", "a7@z"]);
    for (let i = 0; i < 4; i++) await work[i]?.answer();
    expect(ids()).toEqual(["a1@x", "a2@x", "a6@y", "b1@x"]);
  });

  it("gives a version that was too late one worker, until it makes a catalog", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { work, ask, ids, results, pool } = poolOf({ workers: 2 });
    await ask("a1", "a2", "a3", "a4");
    vi.advanceTimersByTime(60_000);
    await settled();
    expect(results).toEqual([expect.stringMatching(/^a1: .* longer than 60 s/), expect.stringMatching(/^a2: /)]);
    expect([ids(), pool.status().busy]).toEqual([["a1", "a2", "a3"], 1]);
    await ask("b1");
    await work[2]?.answer({ ok: false, last: true });
    await work[3]?.answer();
    await ask("a5", "a6");
    expect([ids().slice(3), pool.status().busy]).toEqual([["b1", "a4"], 1]);
    await work[4]?.answer();
    expect([ids().slice(5).sort(), pool.status().busy]).toEqual([["a5", "a6"], 2]);
  });

  it("does not begin what nobody waits for", async () => {
    const { work, ask, ids, pool, served } = poolOf({ workers: 1 });
    await ask("a1");
    const left = new AbortController();
    const job = { served: [...served.values()][0] as Served, request: { op: "load" as const, id: "a2" }, what: "a2" };
    const run = () => pool.run({ ...job, answering: async () => "[]", signal: left.signal });
    const waiting = run();
    left.abort();
    await expect(waiting).rejects.toMatchObject({ code: "overloaded", message: "Nobody waits for a2 any more." });
    await expect(run()).rejects.toMatchObject({ code: "overloaded" });
    expect(pool.status()).toMatchObject({ busy: 1, waiting: 0 });
    await work[0]?.answer();
    expect(ids()).toEqual(["a1"]);
  });

  it("goes on with what is being made, though nobody waits for it any more", async () => {
    const { work, pool, killed } = poolOf({ workers: 1 });
    const left = new AbortController();
    const request = { op: "load" as const, id: "a1" };
    const made = pool.run({
      ...{ served: { environment: "a" }, request, answering: async () => "[]" },
      ...{ what: "a1", signal: left.signal },
    });
    await settled();
    left.abort();
    await work[0]?.answer();
    expect([(await made).said.ok, killed]).toEqual([true, []]);
    expect(getEventListeners(left.signal, "abort")).toEqual([]);
  });

  it("does not try again with a worker that did what no worker does", async () => {
    const { work, ask, results } = poolOf({ misdeed: "answered with too much" });
    await ask("a1");
    await work[0]?.lose({ status: null, signal: 9 });
    expect([work.length, results]).toEqual([1, ["a1: The process that made a1 answered with too much"]]);
  });

  it("ends the idle workers of what goes, and all when it is closed", async () => {
    const { work, ask, pool, killed, served, results } = poolOf({ workers: 2 });
    await ask("a1", "a2", "a3");
    await work[0]?.answer();
    await work[2]?.answer();
    const [a] = served.values();
    if (a !== undefined) pool.release(a);
    expect(killed).toEqual([1]);
    await ask("b1", "b2");
    pool.close();
    await settled();
    await ask("b3");
    expect(results.slice(2)).toEqual(
      expect.arrayContaining(["a2: The compiler ends.", "b1: The compiler ends.", "b3: The compiler ends."]),
    );
    expect(pool.status()).toMatchObject({ busy: 0, idle: 0, waiting: 0 });
  });
});

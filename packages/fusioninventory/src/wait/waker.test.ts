import { EventEmitter, once } from "node:events";
import { fixedClock } from "@gatehouse/core/clock";
import type { PortWake, Wake } from "@gatehouse/core/jobs";
import { describe, expect, it } from "vitest";
import type { WakeOutcome } from "./port.js";
import type { Took } from "./waits.js";
import { Waker } from "./waker.js";

const START = Date.parse("2026-11-22T10:00:00Z");
const WOKE: WakeOutcome = { ok: true, outcome: "woke", message: "told" };

/** A waker whose database has wakes in two lists: for agents that wait, and for ports. */
function world({
  call = async () => WOKE,
}: {
  call?: (wake: PortWake, stop: AbortSignal) => Promise<WakeOutcome>;
} = {}) {
  const clock = fixedClock(new Date(START));
  const due: Wake[] = [];
  const ports: PortWake[] = [];
  const asked: string[][] = [];
  const told: [string, string, boolean][] = [];
  const tried: [string, string][] = [];
  const lines: string[] = [];
  const waiting = new Map<string, (tasks: readonly string[]) => Took>();
  const woken: [string, readonly string[]][] = [];
  const calls = { signs: 0, nextAt: 0, forPorts: [] as number[], closed: 0 };
  let fault: Error | undefined;
  let noteFault: Error | undefined;
  let nextAt: Date | null = null;
  const note = (message: string) => lines.push(message);
  const take = <T>(from: T[], wanted: (one: T) => boolean, most: number): T[] => {
    const taken = from.filter(wanted).slice(0, most);
    for (const one of taken) from.splice(from.indexOf(one), 1);
    return taken;
  };
  const waker = new Waker({
    wakes: {
      ofWaiting: async (agentIds) => {
        asked.push([...agentIds]);
        if (fault !== undefined) throw fault;
        return take(due, ({ agentId }) => agentIds.includes(agentId), due.length);
      },
      forPorts: async (most) => {
        calls.forPorts.push(most);
        return take(ports, () => true, most);
      },
      told: async (jobIds, way, { ok }) => {
        if (noteFault !== undefined) throw noteFault;
        for (const jobId of [jobIds].flat()) told.push([jobId, way, ok]);
      },
      nextAt: async () => {
        calls.nextAt++;
        if (fault !== undefined) throw fault;
        return nextAt;
      },
    },
    waits: {
      hold: (agentId, came) => {
        waiting.set(agentId, (tasks) => {
          waiting.delete(agentId);
          woken.push([agentId, tasks]);
          return "told";
        });
        came();
        return { status: 200 };
      },
      letGo: async () => undefined,
      tell: (agentId, tasks) => waiting.get(agentId)?.(tasks) ?? "gone",
      agents: () => [...waiting.keys()],
      beat: () => void calls.signs++,
      close: () => void calls.closed++,
    },
    call,
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    tried: (way, outcome) => void tried.push([way, outcome]),
  });
  return {
    ...{ waker, due, ports, asked, told, tried, lines, waiting, woken, calls },
    fail: (error: Error | undefined) => {
      fault = error;
    },
    failNotes: (error: Error) => {
      noteFault = error;
    },
    setNextAt: (ms: number | null) => {
      nextAt = ms === null ? null : new Date(START + ms);
    },
    /** So many seconds, one after the other. */
    async seconds(count: number) {
      for (let i = 0; i < count; i++) {
        clock.set(new Date(clock.now().getTime() + 1000));
        waker.tick();
        await waker.idle();
      }
    },
  };
}

const wake = (agentId: string, n = 1, tasks = ["inventory"]): Wake => ({ jobId: `${agentId}-${n}`, agentId, tasks });
const portWake = (n: number): PortWake => ({ ...wake(`p${n}`), address: "192.0.2.7", port: undefined });

describe("agents that wait here", () => {
  it("are told at a notice, those of them that are to come, and it is noted", async () => {
    const { waker, due, woken, told, tried } = world();
    for (const agentId of ["a", "b", "c"]) waker.hold({ agentId, hasWork: false });
    due.push(wake("a"), wake("c", 1, ["ocsdeploy", "inventory"]), wake("elsewhere"));
    waker.noticed();
    await waker.idle();
    expect(woken).toEqual([
      ["a", ["inventory"]],
      ["c", ["ocsdeploy", "inventory"]],
    ]);
    expect(told.sort()).toEqual([
      ["a-1", "wait", true],
      ["c-1", "wait", true],
    ]);
    expect(tried).toEqual([
      ["wait", "told"],
      ["wait", "told"],
    ]);
    expect(due).toHaveLength(1);
  });

  it("are told once of several orders, each task once and in their order", async () => {
    const { waker, due, woken, told } = world();
    waker.hold({ agentId: "a", hasWork: false });
    due.push(wake("a", 1, ["deploy", "inventory"]), wake("a", 2, ["inventory", "collect"]));
    waker.noticed();
    await waker.idle();
    expect(woken).toEqual([["a", ["deploy", "inventory", "collect"]]]);
    expect(told.map(([job]) => job).sort()).toEqual(["a-1", "a-2"]);
  });

  it("are told at once when they come and are to wake already", async () => {
    const { waker, due, woken, asked } = world();
    due.push(wake("late"), wake("other"));
    waker.hold({ agentId: "other", hasWork: false });
    waker.hold({ agentId: "late", hasWork: true });
    await waker.idle();
    expect(woken).toEqual([["late", ["inventory"]]]);
    expect(asked).toEqual([["late"]]);
  });

  it("cost nothing when they come without work", async () => {
    const { waker, asked, calls } = world();
    waker.hold({ agentId: "a", hasWork: false });
    await waker.idle();
    expect([asked, calls.nextAt, calls.forPorts]).toEqual([[], 0, []]);
  });

  it.each(["gone", "stuck"] as const)(
    "and are %s as they are told: that is noted, and the other way is next",
    async (took) => {
      const { waker, due, told, tried, waiting, ports, seconds } = world();
      waker.hold({ agentId: "a", hasWork: false });
      waiting.set("a", () => took);
      due.push(wake("a"));
      waker.noticed();
      await waker.idle();
      expect([told, tried]).toEqual([[["a-1", "wait", false]], [["wait", took]]]);
      // The database hands it out for its port a minute later.
      await seconds(60);
      ports.push({ ...wake("a"), address: "192.0.2.7", port: 62_354 });
      await seconds(5);
      expect(told.at(-1)).toEqual(["a-1", "port", true]);
    },
  );

  it("are asked about in parts, however many they are", async () => {
    const { waker, due, woken, asked } = world();
    for (let i = 0; i < 1200; i++) {
      waker.hold({ agentId: `a${i}`, hasWork: false });
      due.push(wake(`a${i}`));
    }
    waker.noticed();
    await waker.idle();
    expect(woken).toHaveLength(1200);
    expect(asked.map(({ length }) => length)).toEqual([500, 500, 200]);
  });
});

describe("when agents are looked for", () => {
  it("is each fifth second, when nothing is due", async () => {
    const { seconds, calls } = world();
    await seconds(20);
    expect(calls.signs).toBe(20);
    expect(calls.nextAt).toBe(4);
  });

  it("is each second from shortly before one is due", async () => {
    const { seconds, calls, setNextAt, due, waker, woken } = world();
    waker.hold({ agentId: "a", hasWork: false });
    setNextAt(33_000);
    await seconds(20);
    expect(calls.nextAt).toBe(4);
    await seconds(12);
    expect(calls.nextAt).toBeGreaterThan(4 + 6);
    due.push(wake("a"));
    await seconds(1);
    expect(woken).toHaveLength(1);
  });

  it("is seldom again when those who are due are out of reach, until there is another notice", async () => {
    const { seconds, calls, setNextAt, waker } = world();
    setNextAt(-60_000);
    await seconds(100);
    const before = calls.nextAt;
    expect(before).toBeLessThan(40);
    await seconds(100);
    expect(calls.nextAt - before).toBe(20);
    waker.noticed();
    await seconds(10);
    expect(calls.nextAt - before - 20).toBeGreaterThanOrEqual(10);
  });

  it("goes on after the database was away, and says so once", async () => {
    const { seconds, fail, waker, due, woken, lines } = world();
    waker.hold({ agentId: "a", hasWork: false });
    fail(new Error("it is away"));
    await seconds(30);
    expect(lines).toEqual(["agents could not be woken"]);
    fail(undefined);
    due.push(wake("a"));
    await seconds(5);
    expect(woken).toHaveLength(1);
    expect(lines).toEqual(["agents could not be woken", "agents are woken again"]);
  });
});

describe("agents' own ports", () => {
  /** Calls that are answered when they are let go. */
  function held() {
    const gate = new EventEmitter().setMaxListeners(0);
    const now = { open: 0, most: 0, all: 0 };
    return {
      now,
      letGo: () => gate.emit("go"),
      call: async (): Promise<WakeOutcome> => {
        now.all++;
        now.most = Math.max(now.most, ++now.open);
        await once(gate, "go");
        now.open--;
        return { ok: false, outcome: "refused", message: "no" };
      },
    };
  }

  it("are called, so many at once and no more, until all were", async () => {
    const { now, letGo, call } = held();
    const { waker, ports, told } = world({ call });
    for (let i = 0; i < 200; i++) ports.push(portWake(i));
    waker.noticed();
    for (const all of [64, 128, 192, 200]) {
      await expect.poll(() => now.all).toBe(all);
      expect(now.most).toBe(64);
      letGo();
    }
    await waker.idle();
    expect(told).toHaveLength(200);
    expect(new Set(told.map(([job]) => job)).size).toBe(200);
    expect(ports).toEqual([]);
  });

  it("are looked for again when half of them are free, and not as each one ends", async () => {
    const ends: (() => void)[] = [];
    const call = () =>
      new Promise<WakeOutcome>((resolve) => {
        ends.push(() => resolve({ ok: true, outcome: "woke", message: "yes" }));
      });
    const { waker, ports, calls, told } = world({ call });
    for (let i = 0; i < 100; i++) ports.push(portWake(i));
    waker.noticed();
    await expect.poll(() => ends.length).toBe(64);
    for (const end of ends.slice(0, 31)) end();
    await expect.poll(() => told.length).toBe(31);
    expect(calls.forPorts).toEqual([64]);
    ends[31]?.();
    await expect.poll(() => ends.length).toBe(96);
    expect(calls.forPorts).toEqual([64, 32]);
    for (const end of ends.slice(32)) end();
    await expect.poll(() => ends.length).toBe(100);
    for (const end of ends.slice(96)) end();
    await waker.idle();
    expect(told).toHaveLength(100);
  });

  it("that are slow keep nobody who waits from being told", async () => {
    const { now, letGo, call } = held();
    const { waker, ports, due, woken, calls } = world({ call });
    for (let i = 0; i < 100; i++) ports.push(portWake(i));
    waker.noticed();
    await expect.poll(() => now.open).toBe(64);
    waker.hold({ agentId: "a", hasWork: false });
    due.push(wake("a"));
    waker.noticed();
    await expect.poll(() => woken.length).toBe(1);
    expect(calls.forPorts).toEqual([64]);
    letGo();
    await expect.poll(() => now.all).toBe(100);
    letGo();
    await waker.idle();
  });

  it("say how it went", async () => {
    const outcome: WakeOutcome = { ok: false, outcome: "not-trusted", message: "not trusted" };
    const { waker, ports, told, tried } = world({ call: async () => outcome });
    ports.push(portWake(1));
    waker.noticed();
    await waker.idle();
    expect(told).toEqual([["p1-1", "port", false]]);
    expect(tried).toEqual([["port", "not-trusted"]]);
  });
});

describe("a gateway that stops", () => {
  it("ends waits and calls, and notes what it knows", async () => {
    const { waker, ports, told, calls } = world({
      call: async (_, stop) => {
        await once(stop, "abort");
        return { ok: false, outcome: "failed", message: "stopped" };
      },
    });
    ports.push(portWake(1));
    waker.noticed();
    await expect.poll(() => ports.length).toBe(0);
    await waker.stop();
    expect(calls.closed).toBe(1);
    expect(told).toEqual([["p1-1", "port", false]]);
  });

  it("looks for nobody any more", async () => {
    const { waker, asked, calls, seconds } = world();
    await waker.stop();
    waker.noticed();
    await seconds(10);
    expect([asked, calls.nextAt]).toEqual([[], 0]);
  });
});

describe("a note that cannot be written", () => {
  it("is logged, and nobody goes unwoken for it", async () => {
    const { waker, due, failNotes, lines, woken, told } = world();
    for (const agentId of ["a", "b"]) waker.hold({ agentId, hasWork: false });
    failNotes(new Error("it is away"));
    due.push(wake("a"), wake("b"));
    waker.noticed();
    await waker.idle();
    expect([woken.length, told]).toEqual([2, []]);
    expect(lines).toEqual(["how wakes went could not be noted"]);
  });
});

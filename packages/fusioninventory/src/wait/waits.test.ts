import { describe, expect, it } from "vitest";
import { Waits } from "./waits.js";
import { holder } from "./waits.test.helper.js";

async function waiting(most = 100) {
  const waits = new Waits(most);
  const came: string[] = [];
  const world = await holder((agentId) => waits.hold(agentId, () => void came.push(agentId)));
  const seconds = (count: number) => {
    for (let i = 0; i < count; i++) waits.beat();
  };
  return { waits, came, seconds, ...world };
}

describe("an agent that waits", () => {
  it("gets a sign of life at once, and one each 25 seconds from then", async () => {
    const { call, seconds } = await waiting();
    seconds(7);
    const caller = await call("a");
    await expect.poll(caller.said).toBe("@");
    seconds(24);
    const later = await call("b");
    await expect.poll(later.said).toBe("@");
    expect(caller.said()).toBe("@");
    seconds(1);
    await expect.poll(caller.said).toBe("@@");
    seconds(25);
    await expect.poll(caller.said).toBe("@@@");
    await expect.poll(later.said).toBe("@@");
  });

  it("has its whole answer with what it is told, before its connection is closed", async () => {
    const { waits, call, answers } = await waiting();
    const caller = await call("a");
    await expect.poll(caller.said).toBe("@");
    waits.tell("a", ["inventory", "\u00e4\u{1f600}"]);
    await expect.poll(caller.ended).toBe(true);
    expect(caller.said()).toBe('@{"awake":{"tasks":["inventory","\u00e4\u{1f600}"]}}');
    expect([answers[0]?.destroyed, caller.socket.readableEnded]).toEqual([false, false]);
    await waits.letGo();
    await caller.closed;
    expect(caller.socket.readableEnded).toBe(true);
  });

  it("and hangs up when it was told is let go with the others, not before", async () => {
    const { waits, call, answers } = await waiting();
    const caller = await call("a");
    waits.tell("a", ["inventory"]);
    await expect.poll(caller.ended).toBe(true);
    caller.socket.end();
    // Nothing is read from it any more, so that its end is not seen.
    expect(answers[0]?.socket?.isPaused()).toBe(true);
    expect(waits.count).toBe(1);
    await waits.letGo();
    await caller.closed;
    await expect.poll(() => waits.count).toBe(0);
  });

  it("and speaks HTTP/1.0 has its answer in one piece, to the end of its connection", async () => {
    const { waits, call } = await waiting();
    const caller = await call("a", "1.0");
    await expect.poll(caller.said).toBe("@");
    waits.tell("a", ["inventory"]);
    await waits.letGo();
    await caller.closed;
    expect(caller.said()).toBe('@{"awake":{"tasks":["inventory"]}}');
  });

  it("is told its tasks in their order, whatever they are called, and then the answer is over", async () => {
    const { waits, call, came } = await waiting();
    const caller = await call("a");
    await expect.poll(() => came).toEqual(["a"]);
    expect(waits.tell("a", ["ocsdeploy", "inventory", '"\r\n'])).toBe("told");
    await expect.poll(caller.said).toContain("ocsdeploy");
    // Nothing comes behind it, however long it takes until the answer is over.
    for (let second = 0; second < 30; second++) waits.beat();
    await waits.letGo();
    await caller.closed;
    expect(caller.said()).toBe(`@${JSON.stringify({ awake: { tasks: ["ocsdeploy", "inventory", '"\r\n'] } })}`);
    expect(caller.ended()).toBe(true);
    await expect.poll(() => waits.count).toBe(0);
    expect(waits.tell("a", ["inventory"])).toBe("gone");
  });

  it("waits once: a newer wait ends the older, which is told nothing", async () => {
    const { waits, call } = await waiting();
    const older = await call("a");
    const newer = await call("a");
    await older.closed;
    expect([older.said(), older.ended()]).toEqual(["@", true]);
    await expect.poll(() => waits.count).toBe(1);
    expect(waits.agents()).toEqual(["a"]);
    waits.tell("a", ["deploy"]);
    await waits.letGo();
    await newer.closed;
    expect(newer.said()).toContain("deploy");
  });

  it("is forgotten when it hangs up, and the others are not", async () => {
    const { waits, call, seconds } = await waiting();
    const callers = await Promise.all(["a", "b", "c", "d"].map((name) => call(name)));
    callers[1]?.socket.resetAndDestroy();
    callers[2]?.socket.end();
    await expect.poll(() => waits.count).toBe(2);
    expect(waits.agents().sort()).toEqual(["a", "d"]);
    expect(waits.tell("b", ["inventory"])).toBe("gone");
    seconds(25);
    await expect.poll(() => [callers[0]?.said(), callers[3]?.said()]).toEqual(["@@", "@@"]);
    for (let signs = 3; signs < 10; signs++) {
      seconds(25);
      for (const caller of [callers[0], callers[3]]) await expect.poll(() => caller?.said()).toBe("@".repeat(signs));
    }
  });

  it("of which too many wait is turned away, and room is made by those who go", async () => {
    const { waits, call } = await waiting(2);
    const first = await call("a");
    await call("b");
    expect((await call("c")).status).toBe(503);
    expect(waits.count).toBe(2);
    first.socket.destroy();
    await expect.poll(() => waits.count).toBe(1);
    expect((await call("c")).status).toBe(200);
  });

  it("that has ended, and is not out yet, is written to no more", async () => {
    const { waits, call, seconds, answers } = await waiting();
    const caller = await call("a");
    // In one turn: the answer has ended, and its connection stands.
    waits.tell("a", ["inventory"]);
    void waits.letGo();
    expect(answers[0]?.destroyed).toBe(false);
    seconds(50);
    await caller.closed;
    expect(caller.said()).toBe('@{"awake":{"tasks":["inventory"]}}');
  });

  it("that has just been cut off is no fault of ours", async () => {
    const { waits, call, seconds, answers } = await waiting();
    await call("a");
    answers[0]?.destroy();
    seconds(25);
    expect(waits.tell("a", ["inventory"])).toBe("gone");
    await expect.poll(() => waits.count).toBe(0);
  });
});

describe("an agent that does not read", () => {
  /** Fills what the network holds for a caller, so that what is written stays with us. */
  async function stuck() {
    const world = await waiting();
    const caller = await world.call("a");
    caller.socket.pause();
    const [answer] = world.answers;
    if (answer === undefined) throw new Error("nothing is held");
    const piece = "x".repeat(1 << 20);
    // The kernel takes some of it; a turn of the event loop tells us how much.
    for (let i = 0; i < 64; i++) {
      answer.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
      if (i > 16 && answer.writableLength > 1000) break;
    }
    expect(answer.writableLength).toBeGreaterThan(1000);
    return { ...world, answer };
  }

  it("is let go at the next sign of life: nothing piles up", async () => {
    const { waits, seconds, answer } = await stuck();
    seconds(25);
    expect(answer.destroyed).toBe(true);
    await expect.poll(() => waits.count).toBe(0);
  });

  it("is told nothing, and that is known", async () => {
    const { waits, answer } = await stuck();
    expect(waits.tell("a", ["inventory"])).toBe("stuck");
    expect(answer.destroyed).toBe(true);
    await expect.poll(() => waits.count).toBe(0);
  });
});

describe("a gateway that stops", () => {
  it("ends every wait, and begins none", async () => {
    const { waits, call, server } = await waiting();
    const callers = await Promise.all(["a", "b", "c"].map((name) => call(name)));
    const closed = new Promise((resolve) => server.close(resolve));
    waits.close();
    await Promise.all(callers.map((caller) => caller.closed));
    expect(callers.map((caller) => [caller.said(), caller.ended()])).toEqual(Array(3).fill(["@", true]));
    await closed;
    expect(waits.count).toBe(0);
    expect(() => waits.hold("d", () => undefined)).toThrow(expect.objectContaining({ code: "overloaded" }));
  });

  it("ends those that were told and are not over yet", async () => {
    const { waits, call } = await waiting();
    const caller = await call("a");
    waits.tell("a", ["inventory"]);
    waits.close();
    await caller.closed;
    expect([caller.said(), caller.ended()]).toEqual(['@{"awake":{"tasks":["inventory"]}}', true]);
  });

  it("ends a wait that was let in just before", async () => {
    const { waits, call } = await waiting();
    const world = await holder((agentId) => {
      const reply = waits.hold(agentId, () => {
        throw new Error("it does not wait");
      });
      waits.close();
      return reply;
    });
    const caller = await world.call("a");
    await caller.closed;
    expect([caller.said(), caller.ended(), waits.count]).toEqual(["", true, 0]);
    expect((await call("b")).status).toBe(503);
  });
});

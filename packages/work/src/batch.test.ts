import { fixedClock } from "@gatehouse/core/clock";
import type { Claim } from "@gatehouse/core/submissions";
import { describe, expect, it } from "vitest";
import { processBatch } from "./batch.js";
import { databaseAway, FakeInbox, fakeTasks, recordLog } from "./inbox.test.helper.js";

const clock = fixedClock("2030-01-01T00:00:00Z");
const advance = (ms: number) => clock.set(new Date(clock.now().getTime() + ms));

async function claimOf(count: number, bytes = 1): Promise<{ inbox: FakeInbox; claim: Claim }> {
  const inbox = new FakeInbox();
  for (let n = 0; n < count; n++) inbox.put("a", { body: new Uint8Array(bytes) });
  const claim = await inbox.claim({ most: 200, mostBytes: 1 << 20, heavyBytes: 10 });
  if (claim === undefined) throw new Error("nothing to claim");
  return { inbox, claim };
}

/** How many submissions were processed between two turns of the event loop. */
async function turnsOf(count: number, on: () => void): Promise<number[]> {
  const { claim } = await claimOf(count);
  const turns = [0];
  let over = false;
  const turn = () => {
    if (over) return;
    turns.push(0);
    setImmediate(turn);
  };
  setImmediate(turn);
  const tasks = fakeTasks(() => {
    turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
    on();
  });
  const outcomes = await processBatch(claim, { tasks, clock, log: recordLog(), heavyBytes: 10 });
  over = true;
  expect(outcomes.map(({ submission }) => submission)).toEqual(claim.submissions);
  return turns.filter((processed) => processed > 0);
}

describe("processBatch", () => {
  it("lets others have a turn after twenty quick submissions", async () => {
    expect(await turnsOf(50, () => undefined)).toEqual([20, 20, 10]);
  });

  it("lets others have a turn sooner when they take long", async () => {
    expect(await turnsOf(7, () => advance(3))).toEqual([2, 2, 2, 1]);
  });

  it("leaves the turn to itself where another batch takes long as well", async () => {
    const seen: string[] = [];
    let over = false;
    const turn = () => {
      if (over) return;
      seen.push("|");
      setImmediate(turn);
    };
    setImmediate(turn);
    const one = async (name: string) => {
      const { claim } = await claimOf(3);
      const tasks = fakeTasks(() => {
        seen.push(name);
        advance(5);
      });
      await processBatch(claim, { tasks, clock, log: recordLog(), heavyBytes: 10 });
    };
    await Promise.all([one("a"), one("b")]);
    over = true;
    const turns = seen.join("").split("|").filter(Boolean);
    expect(turns.toSorted()).toEqual(["a", "a", "a", "b", "b", "b"]);
  });

  it("does not take a database that is away for the submission's fault", async () => {
    const { claim } = await claimOf(2);
    const tasks = fakeTasks(({ id }) => {
      if (id === "s2") throw databaseAway();
    });
    await expect(processBatch(claim, { tasks, clock, log: recordLog(), heavyBytes: 10 })).rejects.toMatchObject({
      code: "database-unavailable",
    });
  });

  it("does not begin what it cannot count", async () => {
    const { inbox, claim } = await claimOf(1, 11);
    let begun = 0;
    inbox.before = () => {
      throw new Error("no such column");
    };
    const tasks = fakeTasks(() => {
      begun += 1;
    });
    await expect(processBatch(claim, { tasks, clock, log: recordLog(), heavyBytes: 10 })).rejects.toThrow(
      "no such column",
    );
    expect(begun).toBe(0);
  });
});

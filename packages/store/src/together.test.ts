import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { Together } from "./together.js";

/** Batches that were worked on, each of which waits until it is let go. */
function watched(most = 3, nameOf?: (said: string) => string) {
  const batches: string[][] = [];
  const holds: (() => void)[] = [];
  const together = new Together<string, string>(
    async (batch) => {
      batches.push([...batch]);
      await new Promise<void>((resolve) => holds.push(resolve));
      return batch.map((each) => each.toUpperCase());
    },
    most,
    nameOf,
  );
  /** Lets batches go until these are done. */
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    while (!isDone) {
      holds.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return done;
  };
  const doAll = (...said: string[]) => Promise.all(said.map((each) => together.do(each)));
  return { batches, together, finish, doAll };
}

describe("Together", () => {
  it("does at once what comes in one turn, and what comes meanwhile after it, in order and each its own", async () => {
    const { batches, finish, doAll } = watched();
    const first = doAll("a", "b");
    await new Promise((resolve) => setImmediate(resolve));
    const next = doAll("c", "d", "e", "f");
    expect(await finish(Promise.all([first, next]))).toEqual([
      ["A", "B"],
      ["C", "D", "E", "F"],
    ]);
    expect(batches).toEqual([["a", "b"], ["c", "d", "e"], ["f"]]);
  });

  it("begins anew after it had nothing to do", async () => {
    const { batches, finish, doAll } = watched();
    await finish(doAll("a"));
    expect(await finish(doAll("b"))).toEqual(["B"]);
    expect(batches).toEqual([["a"], ["b"]]);
  });

  it("puts no two of one name into one batch, and leaves them in their order", async () => {
    const { batches, finish, doAll } = watched(2, (said) => said.charAt(0));
    expect(await finish(doAll("a1", "a2", "a3", "b1", "b2", "c1"))).toEqual(["A1", "A2", "A3", "B1", "B2", "C1"]);
    expect(batches).toEqual([
      ["a1", "b1"],
      ["a2", "b2"],
      ["a3", "c1"],
    ]);
  });

  it("fails none for what is wrong with another", async () => {
    const batches: number[] = [];
    const together = new Together<number, number>(async (batch) => {
      batches.push(batch.length);
      if (batch.includes(2)) throw new Error("no twos");
      return batch.map((each) => each * 10);
    }, 10);
    const settled = await Promise.allSettled([1, 2, 3].map((each) => together.do(each)));
    expect(settled.map((each) => (each.status === "fulfilled" ? each.value : String(each.reason)))).toEqual([
      10,
      "Error: no twos",
      30,
    ]);
    expect(batches).toEqual([3, 1, 1, 1]);
  });

  it("fails all of a batch when the database is away, and tries none of them again", async () => {
    let times = 0;
    const together = new Together<number, number>(async () => {
      times++;
      throw new GatehouseError("database-unavailable", "away");
    }, 10);
    const settled = await Promise.allSettled([1, 2].map((each) => together.do(each)));
    expect([settled.map(({ status }) => status), times]).toEqual([["rejected", "rejected"], 1]);
  });

  it("gives nobody a result that may be another's", async () => {
    const together = new Together<number, number>(async () => [1], 10);
    await expect(Promise.all([together.do(1), together.do(2)])).resolves.toEqual([1, 1]);
    const none = new Together<number, number>(async () => [], 10);
    await expect(none.do(1)).rejects.toThrow("another number");
  });
});

import { describe, expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.js";

/** Work that ends when it is told to. */
function work() {
  const ends: ((how?: Error) => void)[] = [];
  let atOnce = 0;
  let most = 0;
  const run = oneAtATime(() => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    const turn = ends.length + 1;
    return new Promise<number>((resolve, reject) => {
      ends.push((how) => {
        atOnce -= 1;
        if (how === undefined) resolve(turn);
        else reject(how);
      });
    });
  });
  return { run, ends, most: () => most };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("one at a time", () => {
  it("gives who comes meanwhile the run after this one, all of them the same", async () => {
    const { run, ends, most } = work();
    const first = run();
    const later = [run(), run(), run()];
    await settle();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await settle();
    expect([await first, ends.length]).toEqual([1, 2]);
    ends[1]?.();
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
    expect(most()).toBe(1);
  });

  it("begins anew for who comes after", async () => {
    const { run, ends } = work();
    const first = run();
    ends[0]?.();
    expect(await first).toBe(1);
    const second = run();
    ends[1]?.();
    expect(await second).toBe(2);
  });

  it("goes on after a failure, which is only its own callers'", async () => {
    const { run, ends } = work();
    const first = run();
    const later = run();
    ends[0]?.(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    await settle();
    const last = run();
    ends[1]?.();
    expect(await later).toBe(2);
    await settle();
    ends[2]?.();
    expect(await last).toBe(3);
  });
});

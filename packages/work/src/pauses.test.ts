import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Backoff, Rest } from "./pauses.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Says whether a wait is over. */
function watch(wait: Promise<void>): () => Promise<boolean> {
  let over = false;
  const watched = wait.then(() => {
    over = true;
  });
  return async () => {
    // More turns than the wait has links; a wait that goes on is never over.
    for (let turn = 0; turn < 5; turn++) await Promise.race([watched, undefined]);
    return over;
  };
}

it("Backoff doubles from half a second to ten seconds, and begins anew", () => {
  const backoff = new Backoff();
  const next = () => backoff.next();
  expect(Array.from({ length: 7 }, next)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  backoff.reset();
  expect(next()).toBe(500);
});

describe.each(["nap", "pause"] as const)("Rest.%s", (way) => {
  it("is over in its time, not before", async () => {
    const over = watch(new Rest()[way](1_000));
    vi.advanceTimersByTime(999);
    expect(await over()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await over()).toBe(true);
  });

  it("is over at once when it is closed, then and later", async () => {
    const rest = new Rest();
    const over = watch(rest[way](1_000));
    rest.close();
    expect(await over()).toBe(true);
    expect(await watch(rest[way](1_000))()).toBe(true);
  });

  it("of no time takes none", async () => {
    expect(await watch(new Rest()[way](0))()).toBe(true);
    expect(await watch(new Rest()[way](-1))()).toBe(true);
  });
});

describe("Rest.wake", () => {
  it("ends a nap, no pause", async () => {
    const rest = new Rest();
    const nap = watch(rest.nap(1_000));
    rest.wake();
    expect(await nap()).toBe(true);
    const pause = watch(rest.pause(1_000));
    rest.wake();
    expect(await pause()).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(await pause()).toBe(true);
  });

  it("before a nap makes it none, unless it was forgotten", async () => {
    const rest = new Rest();
    rest.wake();
    expect(await watch(rest.nap(1_000))()).toBe(true);
    rest.forget();
    const nap = watch(rest.nap(1_000));
    expect(await nap()).toBe(false);
    rest.wake();
    expect(await nap()).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pace } from "./pace.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("pace", () => {
  it("reads in a second what its rate is, and not more", async () => {
    const slept: number[] = [];
    const wait = pace(1000, async (ms) => {
      slept.push(ms);
      vi.advanceTimersByTime(ms);
    });
    const begun = performance.now();
    for (let block = 0; block < 10; block++) await wait(500);
    expect(performance.now() - begun).toBeCloseTo(5000);
    expect(slept).toHaveLength(10);
  });

  it("makes up for no long pause of the database", async () => {
    const wait = pace(1000, async (ms) => {
      vi.advanceTimersByTime(ms);
    });
    vi.advanceTimersByTime(3_600_000);
    const begun = performance.now();
    for (let block = 0; block < 10; block++) await wait(500);
    // The first second's worth is behind already; the rest is read at the rate.
    expect(performance.now() - begun).toBeCloseTo(4000);
  });

  it("saves pauses up that are not worth one", async () => {
    const slept: number[] = [];
    const wait = pace(1_000_000, async (ms) => {
      slept.push(ms);
      vi.advanceTimersByTime(ms);
    });
    for (let block = 0; block < 100; block++) await wait(1000);
    expect(slept).toHaveLength(20);
  });
});

import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { Tries } from "./tries.js";

describe("tries", () => {
  it("are counted from the first one on, until its time is over", () => {
    const clock = fixedClock("2026-11-22T02:00:00Z");
    const tries = new Tries({ clock, seconds: 60, names: 10 });
    expect([tries.of("a"), tries.count("a"), tries.count("a"), tries.of("a"), tries.of("b")]).toEqual([0, 1, 2, 2, 0]);
    clock.set("2026-11-22T02:00:59Z");
    expect(tries.count("a")).toBe(3);
    clock.set("2026-11-22T02:01:00Z");
    expect([tries.of("a"), tries.count("a")]).toEqual([0, 1]);
  });

  it("of as many names as there is room for are remembered, those that tried last", () => {
    const tries = new Tries({ clock: fixedClock("2026-11-22T02:00:00Z"), seconds: 60, names: 100 });
    tries.count("busy");
    for (let i = 0; i < 10_000; i++) {
      tries.count(`name ${i}`);
      tries.count("busy");
    }
    expect([tries.of("busy"), tries.of("name 0"), tries.of("name 9999")]).toEqual([10_001, 0, 1]);
  });
});

import { describe, expect, it } from "vitest";
import { VOLATILE_FACT, volatileFacts } from "./volatile.js";

const is = (path: string, more: readonly string[] = []) => volatileFacts(more)(path.split("."));

describe("volatile facts", () => {
  it.each([
    "system_uptime",
    "system_uptime.seconds",
    "uptime",
    "load_averages.1m",
    "memory.system.used_bytes",
    "memory.swap.capacity",
    "memoryfree_mb",
    "mountpoints./.available",
    "mountpoints./home.used_bytes",
    "processors.speed",
  ])("%s is one", (path) => {
    expect(is(path)).toBe(true);
  });

  it.each([
    "memory",
    "memory.system.total",
    "mountpoints./.size",
    "mountpoints./.device",
    "processors.count",
    "uptimes",
  ])("%s is none", (path) => {
    expect(is(path)).toBe(false);
  });

  it("are those of an operator too, with all that is below", () => {
    expect([is("my.counter.value", ["my.counter"]), is("my", ["my.counter"])]).toEqual([true, false]);
    expect([is("a.x.b", ["*.x"]), is("a.y", ["*.x"])]).toEqual([true, false]);
  });

  it.each([["a"], ["a.*.c"], ["*"], ["my-fact.x:y"]])("may be written %s", (pattern) => {
    expect(new RegExp(VOLATILE_FACT).test(pattern)).toBe(true);
  });

  it.each([[""], ["a."], ["a..b"], ["a*"], ["**"], ["a b"], ["x".repeat(61)]])("may not be written %j", (pattern) => {
    expect(new RegExp(VOLATILE_FACT).test(pattern)).toBe(false);
  });
});

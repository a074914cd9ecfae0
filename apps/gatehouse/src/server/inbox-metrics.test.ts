import type { Backlog } from "@gatehouse/core/submissions";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { inboxMetrics } from "./inbox-metrics.js";

const now = new Date("2026-03-01T12:00:00Z");

function world() {
  const state = { asked: 0, backlog: { waiting: 0, oldestAt: null, deadLetters: 0 } as Backlog | undefined };
  const registry = new Registry();
  const inbox = {
    async backlog() {
      state.asked++;
      if (state.backlog === undefined) throw new Error("the database is away");
      return state.backlog;
    },
  };
  inboxMetrics({ registry } as Parameters<typeof inboxMetrics>[0], inbox, { now: () => now });
  const figures = async () => {
    const lines = (await registry.metrics()).split("\n");
    const of = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
    return [of("gatehouse_inbox_waiting"), of("gatehouse_inbox_oldest_seconds")];
  };
  return { state, figures };
}

describe("the figures of the inbox", () => {
  it("say how many wait and for how long the oldest has, by one question", async () => {
    const { state, figures } = world();
    expect(await figures()).toEqual([0, 0]);
    state.backlog = { waiting: 3, oldestAt: new Date(now.getTime() - 90_000), deadLetters: 0 };
    expect(await figures()).toEqual([3, 90]);
    expect(state.asked).toBe(2);
    // A database whose clock is ahead.
    state.backlog = { waiting: 1, oldestAt: new Date(now.getTime() + 5_000), deadLetters: 0 };
    expect(await figures()).toEqual([1, 0]);
  });

  it("stay as they were while the database is away, and the others are told", async () => {
    const { state, figures } = world();
    state.backlog = { waiting: 2, oldestAt: now, deadLetters: 0 };
    await figures();
    state.backlog = undefined;
    expect(await figures()).toEqual([2, 0]);
  });
});

import { jobStates } from "@gatehouse/core/jobs";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { jobMetrics } from "./job-metrics.js";

const NOW = new Date("2026-03-01T12:00:00Z");
const clock = { now: () => NOW };

it("shows jobs by state: the open ones, and what ended in a day", async () => {
  const registry = new Registry();
  const asked: Date[] = [];
  let isAway = false;
  const counts = async (since: Date) => {
    asked.push(since);
    if (isAway) throw new Error("away");
    return { open: { prepared: 3, running: 1 }, ended: { "timed-out": 2 }, unproven: 1 };
  };
  jobMetrics({ registry }, { counts }, clock);
  const values = async () =>
    Object.fromEntries(
      [...(await registry.metrics()).matchAll(/^gatehouse_jobs\{state="([a-z-]+)"\} (\d+)$/gm)].map(([, state, n]) => [
        state,
        Number(n),
      ]),
    );
  const none = Object.fromEntries(jobStates.map((state) => [state, 0]));
  expect(await values()).toEqual({ ...none, prepared: 3, running: 1, "timed-out": 2 });
  expect(asked).toEqual([new Date("2026-02-28T12:00:00Z")]);
  isAway = true;
  expect(await values(), "figures of before are none of now").toEqual({});
});

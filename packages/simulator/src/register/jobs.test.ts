import { expect, it } from "vitest";
import { Jobs } from "./jobs.js";

const NOW = new Date("2026-02-28T09:15:00Z");

it("a thousand messages are under way, not more: the oldest is forgotten", () => {
  const jobs = new Jobs();
  for (let n = 0; n < 1500; n++) jobs.open(`agent ${n}`, "digest", NOW);
  expect(jobs.size).toBe(1000);
  expect([jobs.find("agent 499", NOW), jobs.find("agent 500", NOW)?.digest]).toEqual([undefined, "digest"]);
});

it("a job of the same name takes the place of the earlier one, as the newest", () => {
  const jobs = new Jobs();
  jobs.open("first", "a", NOW);
  for (let n = 0; n < 999; n++) jobs.open(`agent ${n}`, "digest", NOW);
  jobs.open("first", "b", NOW);
  jobs.open("one more", "c", NOW);
  expect(jobs.find("first", NOW)?.digest).toBe("b");
  jobs.close("first");
  expect(jobs.find("first", NOW)).toBeUndefined();
});

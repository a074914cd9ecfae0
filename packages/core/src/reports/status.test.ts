import { describe, expect, it } from "vitest";
import { mergeRun, type ReportEvent, type ReportStatus, type RunSaid, replacesEvents, statusOf } from "./index.js";

const ended = new Date("2026-11-20T08:00:00Z");
const errors = [{ message: "x", resource: null, code: null }];
const lines = (...statuses: ReportEvent["status"][]): Pick<RunSaid, "events"> => ({
  events: statuses.map((status, i) => ({
    resource: `r${i}`,
    type: null,
    status,
    message: null,
    seconds: null,
    detail: {},
  })),
});

describe("statusOf", () => {
  it.each<[string, RunSaid, ReportStatus]>([
    ["that only began", { startedAt: ended }, "running"],
    ["that began and names lines", lines("ok", "changed"), "running"],
    ["that ended", { endedAt: ended }, "success"],
    ["that says success and no end", { outcome: "success" }, "success"],
    [
      "that was cancelled, with a failed line",
      { outcome: "cancelled", endedAt: ended, ...lines("failed") },
      "cancelled",
    ],
    ["that says failure and no end", { outcome: "failure" }, "failure"],
    ["that says failure, with every line fine", { outcome: "failure", ...lines("ok") }, "failure"],
    ["with an error, before it ended", { errors }, "failure"],
    ["with an error that says success", { outcome: "success", endedAt: ended, errors }, "failure"],
    ["with a failed line", { outcome: "success", ...lines("ok", "failed", "noncompliant") }, "failure"],
    ["with a line that is not as it should be", { outcome: "success", ...lines("ok", "noncompliant") }, "noncompliant"],
    [
      "of a Linux agent: no outcome, an end, a line that is not as it should be",
      { endedAt: ended, ...lines("noncompliant") },
      "noncompliant",
    ],
    ["that is not as it should be and not over", lines("noncompliant"), "running"],
    ["that changed and skipped", { endedAt: ended, ...lines("changed", "skipped") }, "success"],
  ])("of a run %s", (_, said, status) => {
    expect(statusOf(mergeRun(undefined, said))).toBe(status);
  });
});

describe("replacesEvents", () => {
  const before = mergeRun(undefined, lines("ok"));
  it.each<[string, Parameters<typeof replacesEvents>, boolean]>([
    ["a first word without lines", [undefined, {}], false],
    ["a first word with an empty list", [undefined, { events: [] }], false],
    ["a first word with lines", [undefined, lines("ok")], true],
    ["a later word with lines", [before, lines("failed")], true],
    ["a later word with an empty list", [before, { events: [] }], false],
    ["an older word with lines, where there are some", [before, lines("failed"), true], false],
    ["an older word with lines, where there are none", [mergeRun(undefined, {}), lines("failed"), true], true],
    ["an older word, where there is nothing yet", [undefined, lines("failed"), true], true],
  ])("for %s", (_, args, expected) => {
    expect(replacesEvents(...args)).toBe(expected);
  });

  it("is what the counts follow", () => {
    expect(mergeRun(before, lines("failed", "failed", "skipped")).counts).toEqual({ failed: 2, skipped: 1 });
    expect(mergeRun(before, lines("failed"), true).counts).toEqual({ ok: 1 });
  });
});

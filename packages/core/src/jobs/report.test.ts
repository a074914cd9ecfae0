import { describe, expect, it } from "vitest";
import { statusOf } from "../reports/index.js";
import { mergeRun } from "../reports/merge.js";
import { jobReport } from "./report.js";

const event = (said: object = {}) => ({
  ...{
    at: "2026-11-22T10:00:01.500+00:00",
    by: "agent",
    step: "doing",
    about: null,
    status: "ok",
    message: null,
    data: null,
  },
  ...said,
});
const job = (said: object = {}) => ({
  id: "3f1c0f7e-5f0a-4e53-9e31-0d6f4f1f3f6b",
  order: { id: "o-1", name: "patch", by: "ann" },
  ...{ task: "deploy", spec: { package: "p", version: 1 }, state: "ok", reason: null },
  ...{ startedAt: "2026-11-22T10:00:00.5+00:00", endedAt: "2026-11-22T10:01:00+00:00" },
  events: [event()],
  ...said,
});
const report = (said: object) => jobReport({ body: Buffer.from(JSON.stringify(job(said))) })[0];
const status = (said: object) => statusOf(mergeRun(undefined, report(said).said));

describe("jobReport", () => {
  it("is a run of its agent, by the job's id", () => {
    expect(report({})).toEqual({
      ...{ fact: "report", protocol: "jobs", run: "3f1c0f7e-5f0a-4e53-9e31-0d6f4f1f3f6b" },
      said: {
        ...{ operation: "deploy", outcome: "success", events: [] },
        startedAt: new Date("2026-11-22T10:00:00.500Z"),
        endedAt: new Date("2026-11-22T10:01:00.000Z"),
        attributes: { state: "ok", order: "patch", orderId: "o-1", orderedBy: "ann" },
      },
    });
  });

  it.each([
    ["ok", "success"],
    ["skipped", "success"],
    ["ko", "failure"],
    ["timed-out", "failure"],
    ["cancelled", "cancelled"],
  ])("%s counts as %s", (state, wanted) => expect(status({ state, startedAt: null })).toBe(wanted));

  it("has a line for each thing that it was about, as that came out last", () => {
    const events = [
      event({ step: "downloading", about: "file a", status: "ko", message: "no mirror" }),
      event({ step: "checking", about: "check 1", status: "warning", message: "old" }),
      event({ step: "downloading", about: "file a", status: "ok", message: "there" }),
      event({ message: "of nothing in particular" }),
    ];
    expect(report({ events }).said.events).toEqual([
      {
        resource: "check 1",
        type: "checking",
        status: "ok",
        message: "old",
        seconds: null,
        detail: { status: "warning" },
      },
      {
        resource: "file a",
        type: "downloading",
        status: "ok",
        message: "there",
        seconds: null,
        detail: { status: "ok" },
      },
    ]);
  });

  it("has a line for each answer", () => {
    const events = [1, 2, 3].map((n) => event({ about: "answer", status: null, data: { path: `/${n}` } }));
    expect(report({ events }).said.events?.map(({ resource, detail }) => [resource, detail])).toEqual([
      ["answer", { data: { path: "/1" } }],
      ["answer (2)", { data: { path: "/2" } }],
      ["answer (3)", { data: { path: "/3" } }],
    ]);
  });

  it("says what went wrong: the reason, else the first thing that did, else the last word", () => {
    const events = [
      event({ about: "action 1", status: "ko", message: "exit 1" }),
      event({ about: "action 2", status: "ko", message: "exit 2" }),
      event({ message: "job failed" }),
    ];
    const errorsOf = (said: object) => report({ state: "ko", ...said }).said.errors;
    expect(errorsOf({ events, reason: "no space" })).toEqual([
      { message: "no space", resource: "action 1", code: "ko" },
    ]);
    expect(errorsOf({ events })).toEqual([{ message: "exit 1", resource: "action 1", code: "ko" }]);
    expect(errorsOf({ events: events.slice(2) })).toEqual([{ message: "job failed", resource: null, code: "ko" }]);
    expect(errorsOf({ events: [] })).toEqual([{ message: "The job ended as ko.", resource: null, code: "ko" }]);
    expect(report({ events, state: "ok" }).said.errors).toBeUndefined();
  });

  it("a check that does not hold fails what failed, leaves out what was left out, and else is told of", () => {
    const events = [event({ about: "check 1", status: "ko" })];
    expect(status({ events, state: "ko" })).toBe("failure");
    expect(status({ events, state: "skipped" })).toBe("success");
    expect(report({ events, state: "skipped" }).said.events?.[0]?.status).toBe("skipped");
    expect(status({ events, state: "ok" })).toBe("noncompliant");
  });

  it("leaves what is large to the job", () => {
    const events = [event({ about: "answer", data: { large: "x".repeat(5_000) } })];
    const [line] = report({ events }).said.events ?? [];
    expect(line?.detail).toEqual({ status: "ok", data: { leftOut: expect.stringMatching(/^5\d{3} characters/) } });
  });

  it("takes hostile names as data", () => {
    const data = JSON.parse('{"__proto__":{"polluted":1}}');
    const events = [event({ about: "__proto__", data }), event({ about: "constructor" })];
    expect(report({ events }).said.events?.map(({ resource }) => resource)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("gives the same for the same bytes", () => expect(report({ state: "ko" })).toEqual(report({ state: "ko" })));

  it.each(["", "{", "[]", "null", "\ud800", '{"id":1}'])("refuses what is no job: %j", (text) => {
    expect(() => jobReport({ body: Buffer.from(text) })).toThrow();
  });
  it("refuses bytes that are no text", () => expect(() => jobReport({ body: Buffer.from([0xff, 0xfe]) })).toThrow());

  it("has a line for each of ten thousand answers", () => {
    const events = Array.from({ length: 10_000 }, (_, i) => event({ about: `answer`, data: { i } }));
    expect(report({ events }).said.events).toHaveLength(10_000);
  });
});

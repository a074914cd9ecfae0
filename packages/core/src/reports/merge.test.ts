import { describe, expect, it } from "vitest";
import {
  MOST_ERRORS,
  mergeRun,
  type ReportError,
  type ReportEvent,
  type RunSaid,
  type RunState,
  statusOf,
} from "./index.js";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 8, minute));
const errorOf = (message: string, said: Partial<ReportError> = {}): ReportError => ({
  message,
  resource: null,
  code: null,
  ...said,
});
const lineOf = (resource: string, status: ReportEvent["status"]): ReportEvent => ({
  resource,
  type: "File",
  status,
  message: null,
  seconds: null,
  detail: {},
});
/** A run after these submissions, in the order of acceptance. */
const after = (...said: RunSaid[]): RunState =>
  said.reduce<RunState | undefined>(mergeNext, undefined) ?? mergeRun(undefined, {});
const mergeNext = (state: RunState | undefined, said: RunSaid) => mergeRun(state, said);

// wmf5-iis-01 #7, #11 and #12: the end of a failed run says `Errors: []`, and leaves out what the start said.
const start: RunSaid = { operation: "Initial", startedAt: at(1), attributes: { NodeName: "web", LCMVersion: "2.0" } };
const broken: RunSaid = { errors: [errorOf("no such module", { resource: "[xWeb]Site" })] };
const end: RunSaid = {
  endedAt: at(3),
  outcome: "failure",
  errors: [],
  events: [],
  attributes: { NodeName: "", RebootRequested: "False" },
};

describe("mergeRun", () => {
  it("makes one run of start, error and end", () => {
    expect(after(start, broken, end)).toEqual({
      operation: "Initial",
      startedAt: at(1),
      endedAt: at(3),
      outcome: "failure",
      errors: [errorOf("no such module", { resource: "[xWeb]Site" })],
      errorCount: 1,
      counts: {},
      content: null,
      hungAfterSeconds: null,
      attributes: { NodeName: "web", LCMVersion: "2.0", RebootRequested: "False" },
    });
  });

  it("knows nothing of a run that nothing was said of", () => {
    expect(statusOf(mergeRun(undefined, {}))).toBe("running");
    expect(mergeRun(undefined, {})).toMatchObject({ operation: null, errors: [], counts: {}, attributes: {} });
  });

  it("lets a later value replace", () => {
    const content = (sha256: string) => ({ kind: "dsc-configuration", sha256 });
    const before: RunSaid = { ...start, outcome: "success", content: content("a"), hungAfterSeconds: 60 };
    const later: RunSaid = {
      operation: "Consistency",
      startedAt: at(2),
      outcome: "failure",
      content: content("b"),
      hungAfterSeconds: 90,
    };
    expect(after(before, later)).toMatchObject({ ...later, attributes: start.attributes });
  });

  it.each<[string, RunSaid]>([
    ["what is left out", {}],
    ["no errors and no lines", { errors: [], events: [] }],
    ["attributes that say nothing", { attributes: { NodeName: "", LCMVersion: null, list: [], other: undefined } }],
  ])("erases nothing by %s", (_, said) => {
    const before = after(
      start,
      broken,
      { ...end, attributes: { list: [1], other: 5 } },
      { events: [lineOf("a", "ok")] },
    );
    expect(mergeRun(before, said)).toEqual(before);
  });

  it("keeps what looks empty and says something", () => {
    expect(after({ attributes: { no: false, none: 0 } }, {}).attributes).toEqual({ no: false, none: 0 });
    expect(after({ hungAfterSeconds: 60 }, { hungAfterSeconds: 0 }).hungAfterSeconds).toBe(0);
  });

  it("does not touch what it was given", () => {
    const before = Object.freeze({
      ...after(start, broken),
      errors: Object.freeze([errorOf("x")]),
      attributes: Object.freeze({ a: 1 }),
    });
    mergeRun(before, Object.freeze({ ...end, errors: Object.freeze([errorOf("y")]) }));
    expect([before.errors.length, before.attributes, before.endedAt]).toEqual([1, { a: 1 }, null]);
  });

  it("keeps __proto__ as an attribute like any other", () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":"c"}') as Record<string, unknown>;
    const { attributes } = after({ attributes: hostile }, { attributes: { other: 1 } });
    expect(JSON.stringify(attributes)).toBe('{"__proto__":{"polluted":1},"constructor":"c","other":1}');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("errors of a run", () => {
  it("are kept once, however often they are said, and told apart by resource and code", () => {
    const [x, y] = [errorOf("a", { resource: "[File]x" }), errorOf("a", { code: "1" })];
    const state = after({ errors: [x, x, y] }, { errors: [errorOf("b"), errorOf("b")] }, { errors: [y, x] });
    expect(state.errors).toEqual([x, y, errorOf("b")]);
    expect(state.errorCount).toBe(3);
  });

  it("take the place of the same message without what it was about, whichever came first", () => {
    const [x, y] = [errorOf("a", { resource: "[File]x" }), errorOf("a", { resource: "[File]y" })];
    const state = after({ errors: [errorOf("a")] }, { errors: [x, y] }, { errors: [errorOf("a")] });
    expect(state.errors).toEqual([x, y]);
    expect(state.errorCount).toBe(2);
  });

  it("are not counted anew when more than can be kept are repeated", () => {
    const errors = Array.from({ length: MOST_ERRORS + 30 }, (_, i) => errorOf(`error ${i}`));
    expect(after({ errors }, { errors }, { errors }).errorCount).toBe(MOST_ERRORS + 30);
  });

  it("are one error where the end of the run repeats its message, without what it was about", () => {
    const about = errorOf("no such module", { resource: "[xWeb]Site", code: "1" });
    const state = after({ errors: [about] }, { errors: [errorOf("no such module"), errorOf("another")] });
    expect(state.errors).toEqual([about, errorOf("another")]);
    expect(state.errorCount).toBe(2);
  });

  it("are kept up to a bound and counted beyond it", () => {
    const errors = Array.from({ length: MOST_ERRORS + 30 }, (_, i) => errorOf(`error ${i}`));
    const state = after({ errors: errors.slice(0, 15) }, { errors: errors.slice(15) });
    expect(state.errors).toEqual(errors.slice(0, MOST_ERRORS));
    expect(state.errorCount).toBe(MOST_ERRORS + 30);
    expect(statusOf(state)).toBe("failure");
  });
});

describe("an older submission", () => {
  it("fills gaps, and replaces nothing", () => {
    const later = after({ endedAt: at(9), outcome: "success", attributes: { NodeName: "new", extra: 1 } });
    const merged = mergeRun(later, { ...start, endedAt: at(2), outcome: "failure" }, true);
    expect(merged).toMatchObject({
      operation: "Initial",
      startedAt: at(1),
      endedAt: at(9),
      outcome: "success",
      attributes: { NodeName: "new", LCMVersion: "2.0", extra: 1 },
    });
  });

  it("brings its lines where there were none, and leaves those that are there", () => {
    const lines: RunSaid = { events: [lineOf("a", "failed")] };
    expect(mergeRun(after(end), lines, true).counts).toEqual({ failed: 1 });
    expect(mergeRun(after({ events: [lineOf("b", "ok")] }), lines, true).counts).toEqual({ ok: 1 });
  });

  it("counts what has no line where it was said, with the lines", () => {
    const counts = { changed: 1, ok: 29 };
    expect(after({ events: [lineOf("a", "changed")], counts }).counts).toEqual(counts);
    expect(after({ events: [], counts }).counts).toEqual(counts);
    expect(after({ events: [lineOf("a", "changed")] }, { events: [], counts }).counts).toEqual(counts);
    expect(after({ counts }).counts).toEqual({});
  });

  it("adds the errors that nobody else said", () => {
    expect(
      mergeRun(after(broken), { errors: [errorOf("earlier")] }, true).errors.map(({ message }) => message),
    ).toEqual(["no such module", "earlier"]);
  });
});

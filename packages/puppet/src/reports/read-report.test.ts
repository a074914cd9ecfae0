import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { readReport } from "./read-report.js";
import { bytes, report } from "./reports.test.helper.js";
import { parseTime } from "./values.js";

describe("what is no report", () => {
  it.each<[string, unknown]>([
    ["nothing in it", {}],
    ["a list", []],
    ["null", null],
    ["no host", report({ host: undefined })],
    ["an empty host", report({ host: "" })],
    ["no time", report({ time: undefined })],
    ["a time that is none", report({ time: "yesterday" })],
    ["logs that are no list", report({ logs: {} })],
    ["metrics that are a list", report({ metrics: [] })],
    ["statuses that are a text", report({ resource_statuses: "x" })],
  ])("is refused: %s", (_, value) => {
    for (const [body, coding] of [
      [bytes(value), "json"],
      [encode(value, { ignoreUndefined: true }), "msgpack"],
    ] as const)
      expect(() => readReport(body, coding)).toThrow(
        expect.objectContaining({
          code: "request-malformed",
          message: expect.stringMatching(/^Could not intern from /),
        }),
      );
  });

  it.each<[string, Uint8Array, "json" | "msgpack" | "yaml"]>([
    ["half of one", bytes(report()).subarray(0, 200), "json"],
    ["half of one in msgpack", encode(report()).subarray(0, 200), "msgpack"],
    ["a nest", Buffer.from("[".repeat(1 << 20)), "json"],
    ["a nest in msgpack", Buffer.alloc(1 << 20, 0x91), "msgpack"],
    ["a nest in YAML", Buffer.from("[".repeat(5_000)), "yaml"],
    ["millions of values", Buffer.from(`[${"0,".repeat(2_000_001)}0]`), "json"],
    [
      "lists of lists that five bytes announce",
      Buffer.from(Array.from({ length: 1000 }, () => [0xdd, 0, 0xff, 0xff, 0xff]).flat()),
      "msgpack",
    ],
    ["__proto__ in msgpack", encode(JSON.parse('{"__proto__":{"x":1}}')), "msgpack"],
  ])("is refused in little time and memory: %s", (_, body, coding) => {
    expect(() => readReport(body, coding)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });

  it("is not what a report may hold: names that every object has, bytes that are no UTF-8", () => {
    const text = JSON.stringify(report({ host: "a\u00e9" })).replace(
      '"metrics":{}',
      '"metrics":{"__proto__":{"polluted":1}},"constructor":1',
    );
    const { host, metrics } = readReport(Buffer.from(text, "latin1"), "json");
    expect(host).toBe("a\ufffd");
    expect(Object.keys(metrics)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("times", () => {
  it.each([
    ["2026-11-20T19:39:05.622869601+00:00", "2026-11-20T19:39:05.622Z"],
    ["2014-11-19T10:00:00.123456789-08:00", "2014-11-19T18:00:00.123Z"],
    ["2026-11-20 19:39:05.622869601 +00:00", "2026-11-20T19:39:05.622Z"],
    ["2026-11-20 19:39:05 Z", "2026-11-20T19:39:05.000Z"],
    ["2026-11-20 19:39:05 UTC", "2026-11-20T19:39:05.000Z"],
    ["2026-11-20T19:39:05+0130", "2026-11-20T18:09:05.000Z"],
  ])("%s", (text, expected) => {
    expect(parseTime(text)?.toISOString()).toBe(expected);
  });

  it.each([["2026-13-20T19:39:05Z"], ["2026-11-20"], [""], [1795203548], [null]])("not %j", (value) => {
    expect(parseTime(value)).toBeUndefined();
  });
});

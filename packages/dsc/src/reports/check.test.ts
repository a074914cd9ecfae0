import { describe, expect, it } from "vitest";
import { noRecordings, recordedReports } from "../recordings.test.helper.js";
import { bodyOf, failingRun, JOB, linuxEnd } from "./bodies.test.helper.js";
import { checkReport } from "./check.js";

const refused = (text: string) =>
  expect.objectContaining({ code: "request-malformed", message: expect.stringContaining(text) });
const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

describe("checkReport", () => {
  it.each([
    ["WMF's lower case", JOB, JOB],
    ["the upper case of DSC for Linux", JOB.toUpperCase(), JOB],
    ["braces", `{${JOB.toUpperCase()}}`, JOB],
    ["blanks around it", ` ${JOB} `, JOB],
  ])("names the run from a JobId in %s", (_, JobId, jobId) => {
    expect(checkReport(bodyOf({ JobId }))).toEqual({ jobId });
  });

  it.each([
    ["an empty body", "", "empty"],
    ["no JSON", "{", "not JSON"],
    ["null", "null", "does not fit"],
    ["a list", "[]", "does not fit"],
    ["a text", '"x"', "does not fit"],
    ["no JobId", "{}", "JobId"],
    ["an empty JobId", '{"JobId":""}', "GUID"],
    ["a JobId that is null", '{"JobId":null}', "JobId"],
    ["a JobId that is a number", '{"JobId":5}', "JobId"],
    ["a JobId that is no GUID", '{"JobId":"not-a-guid"}', "GUID"],
    ["more than a GUID", `{"JobId":"${JOB}0"}`, "GUID"],
    ["a line break within a text", `{"JobId":"${JOB}","NodeName":"a\nb"}`, "not JSON"],
  ])("refuses %s", (_, body, text) => {
    expect(() => checkReport(Buffer.from(body))).toThrow(refused(text));
  });

  it.each(["StartTime", "EndTime"])("refuses a %s that is no date, and takes one that says nothing", (name) => {
    for (const time of ["yesterday", "not a date 5", "2016-13-01T00:00:00Z", "0000-01-01T00:00:00Z"]) {
      expect(() => checkReport(bodyOf({ [name]: time })), time).toThrow(refused(name));
    }
    expect(() => checkReport(bodyOf({ [name]: 20160815 }))).toThrow(refused(name));
    for (const time of ["", " ", null]) expect(checkReport(bodyOf({ [name]: time }))).toEqual({ jobId: JOB });
  });

  it("refuses JSON that is nested too deep, and takes what is just as deep as it may be", () => {
    expect(checkReport(bodyOf({ Unknown: deep(63) }))).toEqual({ jobId: JOB });
    expect(() => checkReport(bodyOf({ Unknown: deep(64) }))).toThrow(refused("64 levels"));
    expect(() => checkReport(Buffer.from(`{"JobId":"${JOB}","x":${"[".repeat(1_000_000)}`))).toThrow(refused("levels"));
  });

  it("does not count brackets in texts: the JSON in there is not parsed yet", () => {
    expect(checkReport(bodyOf({ StatusData: ["[".repeat(100_000)] }))).toEqual({ jobId: JOB });
  });

  it("refuses a short text that would take much memory", () => {
    expect(() => checkReport(Buffer.from(`{"JobId":"${JOB}","x":[${"{},".repeat(1_100_000)}0]}`))).toThrow(
      refused("values"),
    );
  });

  it.each([
    ["unknown properties, and no others", { Extra: { deep: [1] } }],
    [
      "nulls",
      { NodeName: null, Errors: null, StatusData: null, AdditionalData: null, Status: null, RebootRequested: null },
    ],
    ["a boolean for a text", { RebootRequested: true }],
    ["numbers for texts", { ReportFormatVersion: 2, ConfigurationVersion: 2.5 }],
    ["lists of what is no text", { Errors: [{ a: 1 }, null, 5], StatusData: [{ Status: "Success" }] }],
    ["texts for lists, as the specification has them", { Errors: "x", StatusData: "{}" }],
    ["odd AdditionalData", { AdditionalData: [null, "x", { Key: 5 }, { Key: "OSVersion" }] }],
    ["U+0000 and half a surrogate pair", { NodeName: "a\u0000b\ud800" }],
  ])("takes %s", (_, parts) => {
    expect(checkReport(bodyOf(parts))).toEqual({ jobId: JOB });
  });

  it("takes __proto__ for a name like any other", () => {
    const body = Buffer.from(`{"__proto__":{"JobId":"${JOB}"},"JobId":"x"}`);
    expect(() => checkReport(body)).toThrow(refused("GUID"));
    expect(() => checkReport(Buffer.from(`{"__proto__":{"JobId":"${JOB}"}}`))).toThrow(refused("JobId"));
    expect(checkReport(Buffer.from(`{"__proto__":{"polluted":1},"JobId":"${JOB}"}`))).toEqual({ jobId: JOB });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("takes bytes that are no UTF-8, and a byte order mark", () => {
    const message = Buffer.from(`{"JobId":"${JOB}","NodeName":"b\u00fcro\u00ff"}`, "latin1");
    expect(checkReport(message)).toEqual({ jobId: JOB });
    expect(checkReport(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bodyOf()]))).toEqual({ jobId: JOB });
  });

  it("takes a megabyte", () => {
    expect(checkReport(bodyOf({ StatusData: ["x".repeat(1 << 20)] }))).toEqual({ jobId: JOB });
  });

  it("takes each report of a run, and the line feed that DSC for Linux ends with", () => {
    for (const body of failingRun) expect(checkReport(body)).toEqual({ jobId: JOB });
    expect(checkReport(linuxEnd)).toEqual({ jobId: "ed99f7e2-7c9f-4a65-afa0-41761e189f15" });
  });

  it("takes bytes that are no Buffer: a worker thread has none", () => {
    expect(checkReport(new Uint8Array(bodyOf()))).toEqual({ jobId: JOB });
  });

  it.skipIf(noRecordings)("takes every recorded report", () => {
    expect(recordedReports.length).toBeGreaterThan(50);
    for (const { body } of recordedReports) {
      expect(checkReport(body).jobId).toBe(JSON.parse(body.toString()).JobId.toLowerCase());
    }
  });
});

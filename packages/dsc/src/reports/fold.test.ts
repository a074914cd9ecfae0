import { describe, expect, it } from "vitest";
import { noRecordings, recorded, recordedReports } from "../recordings.test.helper.js";
import { bodyOf, errorItem, failingRun, JOB, linuxEnd } from "./bodies.test.helper.js";
import { foldReport } from "./fold.js";

const known = {
  run: JOB,
  operation: null,
  outcome: null,
  attributes: {},
  lastAt: new Date("2026-11-21T10:00:00.123Z"),
} as const;
const fold = (...bodies: Uint8Array[]) => foldReport(bodies, known);

describe("foldReport", () => {
  it("makes one object of start, error and end, in the protocol's own words", () => {
    const report = fold(...failingRun);
    expect(Object.keys(report)).toEqual([
      "JobId",
      "OperationType",
      "RefreshMode",
      "Status",
      "ReportFormatVersion",
      "ConfigurationVersion",
      "StartTime",
      "EndTime",
      "LastModifiedTime",
      "RebootRequested",
      "Errors",
      "StatusData",
      "AdditionalData",
      "NodeName",
      "IpAddress",
      "LCMVersion",
    ]);
    expect(report).toMatchObject({
      JobId: JOB,
      Status: "Failure",
      ConfigurationVersion: null,
      StartTime: "2016-08-15T14:25:52.5680000-07:00",
      LastModifiedTime: "2026-11-21T10:00:00.123Z",
      RebootRequested: "False",
      Errors: [errorItem("Installation of module xSmbShare failed.")],
      AdditionalData: [],
      NodeName: "CLIENT",
    });
    expect(report.StatusData).toHaveLength(1);
    expect(JSON.parse(report.StatusData[0] ?? "")).toMatchObject({ Status: "Failure" });
  });

  it.each([
    ["a missing field", {}],
    ["null", { NodeName: null, Errors: null, StatusData: null, AdditionalData: null }],
    ["nothing", { NodeName: "", Errors: [], StatusData: [], AdditionalData: [] }],
    ["empty items", { Errors: [""], StatusData: [null], AdditionalData: [{ Key: "OSVersion", Value: null }] }],
  ])("erases nothing by %s", (_, later) => {
    const first = bodyOf({
      NodeName: "n",
      Errors: ["e"],
      StatusData: ["s"],
      AdditionalData: [{ Key: "OSVersion", Value: "v" }],
    });
    expect(fold(first, bodyOf(later))).toEqual(fold(first));
  });

  it("lets a later value replace, and keeps the errors of all", () => {
    const report = fold(
      bodyOf({
        Status: "Success",
        Errors: ["a", "b"],
        StatusData: ["s"],
        AdditionalData: [{ Key: "OSVersion", Value: "1" }],
      }),
      bodyOf({
        Status: "Failure",
        Errors: ["b", "c", "a"],
        StatusData: ["t"],
        AdditionalData: [
          { Key: "PSVersion", Value: "p" },
          { Key: "OSVersion", Value: "2" },
        ],
      }),
    );
    expect(report).toMatchObject({
      Status: "Failure",
      Errors: ["a", "b", "c"],
      StatusData: ["t"],
      AdditionalData: [
        { Key: "OSVersion", Value: "2" },
        { Key: "PSVersion", Value: "p" },
      ],
    });
  });

  it("keeps the JobId as it was first written", () => {
    const [upper, lower] = [bodyOf({ JobId: JOB.toUpperCase() }), bodyOf()];
    expect(fold(upper, lower).JobId).toBe(JOB.toUpperCase());
    expect(fold(lower, upper).JobId).toBe(JOB);
  });

  it("gives texts as they were sent, JSON or not, at any length", () => {
    const StatusData = ["not JSON { ", "second"];
    const Errors = ['{"ErrorMessage" : "spaced"}', "x".repeat(100_000)];
    expect(fold(bodyOf({ StatusData, Errors }))).toMatchObject({ StatusData, Errors });
    expect(fold(bodyOf({ Errors: [{ a: 1 }, 5, null] })).Errors).toEqual(['{"a":1}', "5"]);
  });

  it("leaves out U+0000 and halves of surrogate pairs", () => {
    const report = fold(
      bodyOf({
        NodeName: "a\u0000b\ud800",
        Errors: ["e\u0000"],
        StatusData: ["s\u0000"],
        AdditionalData: [{ Key: "k\u0000", Value: "v\u0000" }],
      }),
    );
    expect(report).toMatchObject({
      NodeName: "ab\ufffd",
      Errors: ["e"],
      StatusData: ["s"],
      AdditionalData: [{ Key: "k", Value: "v" }],
    });
  });

  it("takes an end alone", () => {
    expect(fold(linuxEnd)).toMatchObject({
      JobId: "ED99F7E2-7C9F-4A65-AFA0-41761E189F15",
      OperationType: null,
      StartTime: null,
      Status: null,
      Errors: [],
    });
  });

  it("fills in what the report still knows where retention dropped what it was made of", () => {
    const report = foldReport([], {
      ...known,
      operation: "Initial",
      outcome: "failure",
      attributes: { NodeName: "n", StartTime: "2016", OSVersion: { a: 1 }, LCMVersion: { odd: 1 } },
    });
    expect(report).toMatchObject({
      JobId: JOB,
      OperationType: "Initial",
      Status: "Failure",
      NodeName: "n",
      StartTime: "2016",
      LCMVersion: null,
      Errors: [],
    });
  });

  it("takes __proto__ for a key like any other", () => {
    const body = Buffer.from(
      `{"JobId":"${JOB}","__proto__":{"NodeName":"x"},"AdditionalData":[{"Key":"__proto__","Value":"v"},{"__proto__":{"Key":"k"}}]}`,
    );
    const report = fold(body);
    expect(report.NodeName).toBeNull();
    expect(report.AdditionalData).toEqual([{ Key: "__proto__", Value: "v" }]);
    expect(Object.getPrototypeOf(report)).toBe(Object.prototype);
  });

  it.skipIf(noRecordings)("gives a recorded report back as it was sent", () => {
    for (const { file, n, body } of recordedReports) {
      const { Errors, StatusData, ...sent } = JSON.parse(body.toString());
      expect(fold(body), `${file} #${n}`).toMatchObject({ ...sent, Errors, StatusData });
    }
  });

  it.skipIf(noRecordings)("keeps errors and name of the recorded failure", () => {
    const [start, error, end] = recorded("wmf5-iis-01", 7, 11, 12);
    const report = fold(start ?? linuxEnd, error ?? linuxEnd, end ?? linuxEnd);
    expect(report).toMatchObject({
      Status: "Failure",
      NodeName: "CLIENT",
      EndTime: "2016-08-15T14:25:53.5680000-07:00",
    });
    expect(report.Errors).toEqual(JSON.parse(String(error)).Errors);
  });
});

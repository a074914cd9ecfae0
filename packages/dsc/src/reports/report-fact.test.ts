import { mergeRun, type RunState, statusOf } from "@gatehouse/core/reports";
import { describe, expect, it } from "vitest";
import { noRecordings, recorded, recordedReports } from "../recordings.test.helper.js";
import {
  bodyOf,
  errorItem,
  failingRun,
  JOB,
  linuxEnd,
  linuxItem,
  resourceItem,
  withStatus,
} from "./bodies.test.helper.js";
import { reportFact } from "./report-fact.js";

const said = (body: Uint8Array) => reportFact({ body }).said;
const merged = (bodies: readonly Uint8Array[]) =>
  bodies.reduce<RunState | undefined>((run, body) => mergeRun(run, said(body)), undefined) ?? mergeRun(undefined, {});

describe("reportFact", () => {
  it("is about one run, whose name has one form", () => {
    expect(reportFact({ body: bodyOf({ JobId: `{${JOB.toUpperCase()}}` }) })).toMatchObject({
      fact: "report",
      protocol: "dsc",
      run: JOB,
    });
  });

  it("leaves out what a start does not say", () => {
    const start = said(failingRun[0] ?? bodyOf());
    expect(start).toEqual({
      operation: "Initial",
      startedAt: new Date("2016-08-15T21:25:52.568Z"),
      hungAfterSeconds: 5400,
      attributes: {
        NodeName: "CLIENT",
        IpAddress: "192.0.2.20;127.0.0.1;::1",
        LCMVersion: "2.0",
        ReportFormatVersion: "2.0",
        StartTime: "2016-08-15T14:25:52.5680000-07:00",
        HostName: "CLIENT",
      },
    });
    expect(Object.keys(start)).toEqual(["operation", "startedAt", "hungAfterSeconds", "attributes"]);
  });

  it("merges start, error and end of a failed run into a failure that keeps errors and name", () => {
    const run = merged(failingRun);
    expect(statusOf(run)).toBe("failure");
    expect(run.errors[0]).toEqual({
      message: "Installation of module xSmbShare failed.",
      resource: "DSCEngine",
      code: "1",
    });
    expect(run.attributes).toMatchObject({
      NodeName: "CLIENT",
      RefreshMode: "Pull",
      RebootRequested: "False",
      LCMState: "Idle",
    });
    expect([run.outcome, run.endedAt?.toISOString()]).toEqual(["failure", "2016-08-15T21:25:53.568Z"]);
    expect(statusOf(merged(failingRun.slice(0, 1)))).toBe("running");
  });

  it("takes the end of a run on Linux alone: the end, no error and no word make a success", () => {
    const end = said(linuxEnd);
    expect(Object.keys(end)).toEqual(["endedAt", "hungAfterSeconds", "attributes"]);
    expect(end.endedAt?.toISOString()).toBe("2026-11-20T19:44:36.838Z");
    expect(statusOf(mergeRun(undefined, end))).toBe("success");
  });

  it("takes a failed end of a run on Linux", () => {
    const run = merged([
      withStatus(
        { ResourcesNotInDesiredState: [linuxItem], Error: "It failed." },
        { EndTime: "2026-11-20T19:45:33.785632888+00:00", Errors: [errorItem("It failed.")] },
      ),
    ]);
    expect([statusOf(run), run.errorCount, run.counts]).toEqual(["failure", 1, { noncompliant: 1 }]);
  });

  it("says that resources are not as they should be, whatever the LCM calls it", () => {
    const lists = { ResourcesInDesiredState: [resourceItem()], ResourcesNotInDesiredState: [resourceItem()] };
    const run = merged([withStatus(lists, { Status: "Success", EndTime: "2016-08-15T14:25:53Z" })]);
    expect([statusOf(run), run.counts]).toEqual(["noncompliant", { noncompliant: 1, ok: 1 }]);
  });

  it.each([
    ["Success", {}, "success"],
    ["FAILURE", {}, "failure"],
    [undefined, { Status: "success" }, "success"],
    [null, { Status: "Failure" }, "failure"],
    ["Success", { Status: "Failure" }, "success"],
    ["Running", {}, undefined],
    [5, { Status: {} }, undefined],
  ])("reads the outcome from Status %j, else from %j", (Status, status, outcome) => {
    expect(said(withStatus(status, { Status })).outcome).toBe(outcome);
  });

  it("finds the content that is in force", () => {
    const sum = "442AE22669DE125B06376FB5B4569BDC6EA0B08AE16588C85670207F94B6EF1D";
    expect(said(withStatus({ CurrentChecksum: sum })).content).toEqual({
      kind: "dsc-configuration",
      sha256: sum.toLowerCase(),
    });
    for (const CurrentChecksum of ["", "abc", `${sum}0`, null, 5, `x${sum.slice(1)}`]) {
      expect(said(withStatus({ CurrentChecksum })).content).toBeUndefined();
    }
  });

  it.each([
    ["15", 2700],
    [60, 10_800],
    ["44640", 8_035_200],
    ["30.004", 5401],
    ["44641", 5400],
    ["0", 5400],
    ["often", 5400],
    [null, 5400],
    [undefined, 5400],
  ])("waits three refreshes of %j minutes for the end", (RefreshFrequencyMins, seconds) => {
    expect(said(withStatus({ MetaConfiguration: { RefreshFrequencyMins } })).hungAfterSeconds).toBe(seconds);
  });

  it("keeps the protocol's own small fields", () => {
    const os = { VersionString: "Microsoft Windows NT 10.0.14393.0", ServicePack: "", Platform: "Win32NT" };
    const { attributes } = said(
      withStatus(
        { NumberOfResources: "1", DurationInSeconds: "2", MetaData: "m".repeat(5000), HostName: "h" },
        {
          RebootRequested: true,
          ConfigurationVersion: "2.0.0",
          NodeName: "",
          AdditionalData: [
            { Key: "OSVersion", Value: JSON.stringify(os) },
            { Key: "PSVersion", Value: "5.1" },
            { Key: "Other", Value: "x" },
            null,
          ],
        },
      ),
    );
    expect(attributes).toEqual({
      RebootRequested: true,
      ConfigurationVersion: "2.0.0",
      HostName: "h",
      NumberOfResources: "1",
      DurationInSeconds: "2",
      MetaData: "m".repeat(1024),
      OSVersion: { VersionString: "Microsoft Windows NT 10.0.14393.0", Platform: "Win32NT" },
      PSVersion: "5.1",
    });
  });

  it("bounds a version that is long, deep or wide", () => {
    const versionOf = (Value: unknown) =>
      said(bodyOf({ AdditionalData: [{ Key: "OSVersion", Value }] })).attributes?.["OSVersion"];
    expect(versionOf("x".repeat(5000))).toBe("x".repeat(1024));
    expect(versionOf("[".repeat(500))).toBe("[".repeat(500));
    expect(versionOf(JSON.stringify({ a: { b: 1 }, c: 1 }))).toEqual({ c: 1 });
    const wide = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    expect(Object.keys(versionOf(JSON.stringify(wide)) as object)).toHaveLength(20);
    expect(versionOf({ VersionString: "10.0" })).toEqual({ VersionString: "10.0" });
  });

  it.each([
    ["no JSON", "it broke {"],
    ["no object", "[1]"],
    ["deeper than it may be", `${'{"a":'.repeat(100)}1${"}".repeat(100)}`],
    ["more than it may be", `{"a":[${"{},".repeat(1_100_000)}0]}`],
  ])("takes a StatusData that is %s, and says that it could not read it", (_, text) => {
    const fact = said(bodyOf({ NodeName: "n", StatusData: [text] }));
    expect(fact).toEqual({ hungAfterSeconds: 5400, attributes: { NodeName: "n", StatusDataUnparsed: true } });
  });

  it("takes a StatusData that is an object already, and none", () => {
    expect(said(bodyOf({ StatusData: [{ HostName: "h" }] })).attributes).toEqual({ HostName: "h" });
    expect(said(bodyOf({ StatusData: JSON.stringify({ HostName: "h" }) })).attributes).toEqual({ HostName: "h" });
    for (const StatusData of [[], null, [""], [null], undefined]) {
      expect(said(bodyOf({ StatusData }))).toEqual({ hungAfterSeconds: 5400, attributes: {} });
    }
  });

  it("reads bytes that are no UTF-8 as the sign for them", () => {
    const text = bodyOf({ NodeName: "b\u00fcro", Errors: [errorItem("caf\u00e9 \u00ff")] }).toString();
    const { attributes, errors } = said(Buffer.from(text, "latin1"));
    expect(attributes?.["NodeName"]).toBe("b\ufffdro");
    expect(errors?.[0]?.message).toBe("caf\ufffd \ufffd");
  });

  it("leaves out U+0000, in texts and in the JSON inside them", () => {
    const fact = said(
      withStatus({ HostName: "h\u0000o", Error: "e\u0000" }, { NodeName: "a\u0000b", OperationType: "\u0000" }),
    );
    expect(fact).toMatchObject({ attributes: { NodeName: "ab", HostName: "ho" }, errors: [{ message: "e" }] });
    expect(JSON.stringify(fact)).not.toContain("\\u0000");
    expect(fact).not.toHaveProperty("operation");
  });

  it("takes __proto__ and constructor for names like any others", () => {
    const status = `{"__proto__":{"Status":"Failure","Error":"inherited","HostName":"h"},"constructor":{"x":1},"toString":"y"}`;
    const body = `{"__proto__":{"NodeName":"inherited"},"JobId":"${JOB}","StatusData":[${JSON.stringify(status)}],"AdditionalData":[{"__proto__":{"Key":"OSVersion"}},{"Key":"__proto__","Value":"x"},{"Key":"PSVersion","Value":"{\\"__proto__\\":{\\"a\\":1},\\"b\\":\\"c\\"}"}]}`;
    expect(said(Buffer.from(body))).toEqual({ hungAfterSeconds: 5400, attributes: { PSVersion: { b: "c" } } });
  });

  it("does not fail on numbers that JSON cannot write again", () => {
    const body = Buffer.from(`{"JobId":"${JOB}","StatusData":["{\\"DurationInSeconds\\":1e999}"]}`);
    expect(said(body).attributes).toEqual({});
  });

  it("reads a megabyte of resources", () => {
    const list = Array.from({ length: 3000 }, (_, i) => resourceItem({ ResourceId: `[File]f${i}` }));
    const body = withStatus({ ResourcesInDesiredState: list });
    expect(body.length).toBeGreaterThan(1 << 20);
    expect(said(body).events?.at(-1)?.resource).toBe("[File]f2999");
  });

  it("refuses what is no report: it goes to the dead letters", () => {
    expect(() => said(Buffer.from("{}"))).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });
});

describe.skipIf(noRecordings)("recorded reports", () => {
  it("give the same facts from a Buffer and from plain bytes, without anything that JSON loses", () => {
    for (const { file, n, body } of recordedReports) {
      const fact = reportFact({ body });
      expect(reportFact({ body: new Uint8Array(body) }), `${file} #${n}`).toEqual(fact);
      const { startedAt, endedAt, ...rest } = fact.said;
      expect(JSON.parse(JSON.stringify(rest)), `${file} #${n}`).toEqual(rest);
    }
  });

  it("are of runs that ended as their LCM says", () => {
    const runs = new Map<string, Buffer[]>();
    for (const { file, body } of recordedReports) {
      const key = `${file.slice(0, 11)} ${reportFact({ body }).run.slice(0, 8)}`;
      runs.set(key, [...(runs.get(key) ?? []), body]);
    }
    const statuses = Object.fromEntries([...runs].map(([key, bodies]) => [key, statusOf(merged(bodies))]));
    expect(statuses).toMatchObject({
      "wmf5-iis-01 d6a09c91": "success",
      "wmf5-iis-01 d6a09c93": "failure",
      "wmf5-iis-02 06d476aa": "failure",
      "wmf5-iis-03 4f5abbe3": "success",
      "wmf5-iis-04 8f2c9d70": "running",
      "linux-01-fu ed99f7e2": "success",
      "linux-02-re e01674ee": "failure",
      "linux-02-re 431b3cae": "running",
      "linux-04-pa 31ba41b8": "failure",
    });
  });

  it("#7, #11 and #12 of wmf5-iis-01 are one failed run that keeps its errors and its node's name", () => {
    const run = merged(recorded("wmf5-iis-01", 7, 11, 12));
    expect(statusOf(run)).toBe("failure");
    expect(run.errors[0]).toMatchObject({ resource: "DSCEngine", code: "1" });
    expect(run.errors[0]?.message).toMatch(/^Installation of module xSmbShare failed since/);
    expect(run.attributes).toMatchObject({ NodeName: "CLIENT", LCMVersion: "2.0", RefreshMode: "Pull" });
  });

  it("#8 of wmf5-iis-03 names its content and its resource", () => {
    const [body] = recorded("wmf5-iis-03", 8);
    expect(said(body ?? bodyOf())).toMatchObject({
      content: { sha256: "442ae22669de125b06376fb5b4569bdc6ea0b08ae16588c85670207f94b6ef1d" },
      events: [{ resource: "[Service]bits", status: "ok", seconds: 0.37 }],
    });
  });
});

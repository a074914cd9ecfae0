import type { ReportFilter, ReportView } from "@gatehouse/core/reports";
import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, aReport, serveApi } from "../api.test.helper.js";

const content = (sha256: string, kind = "dsc-configuration") => ({ content: { kind, sha256 } });

describe("the list of reports", () => {
  it("is asked for what was asked, and by the id of a node", async () => {
    const asked: [ReportFilter, object][] = [];
    const settled: string[] = [];
    const { call } = await serveApi({
      registry: { find: async () => [aNode({ id: "the-id", agents: [anAgent("a"), anAgent("b")] })] },
      submissions: { settled: async (agentId) => settled.push(agentId) > 0 },
      reports: {
        list: async (filter, page) => {
          asked.push([filter, page]);
          expect(settled).toHaveLength(asked.length === 1 ? 0 : 2);
          return { reports: [], next: null };
        },
      },
    });
    expect((await call("viewer", "GET", "/reports")).json).toEqual({ reports: [], next: null });
    const query =
      "limit=1&after=c&node=web-1&status=hung&protocol=dsc&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z";
    await call("viewer", "GET", `/reports?${query}`);
    const [since, until] = [new Date("2026-01-01T00:00:00Z"), new Date("2026-01-02T00:00:00Z")];
    expect(asked).toStrictEqual([
      [{}, { limit: 100 }],
      [
        { status: "hung", protocol: "dsc", since, until, nodeId: "the-id" },
        { limit: 1, after: "c" },
      ],
    ]);
  });

  it("says what is published of what was in force, with one question for each kind", async () => {
    const asked: unknown[] = [];
    const reports = [
      aReport({ id: "1", ...content("aa") }),
      aReport({ id: "2", ...content("bb") }),
      aReport({ id: "3", ...content("aa") }),
      aReport({ id: "4", ...content("aa", "other") }),
      aReport({ id: "5" }),
    ];
    const web = { name: "Web", channel: "current", version: 3, current: false };
    const { call } = await serveApi({
      reports: { list: async () => ({ reports, next: null }) },
      content: {
        versionsWith: async (kind, digests) => {
          asked.push([kind, digests]);
          const two = [web, { ...web, name: "Web2" }].map((found) => ({ ...found, sha256: "aa" }));
          return kind === "other" ? [] : two;
        },
      },
    });
    const { json } = await call("viewer", "GET", "/reports");
    expect(json.reports.map(({ published }: { published: unknown }) => published)).toEqual([
      [web, { ...web, name: "Web2" }],
      [],
      [web, { ...web, name: "Web2" }],
      [],
      [],
    ]);
    expect(asked).toEqual([
      ["dsc-configuration", ["aa", "bb"]],
      ["other", ["aa"]],
    ]);
  });
});

describe("a report", () => {
  const NOT_ONE = [
    "0",
    "007",
    "-1",
    "1.0",
    "1e3",
    "x",
    "9223372036854775808",
    "9999999999999999999",
    "10000000000000000000",
    "0b8a0e0a-0000-4000-8000-000000000001",
  ];

  it.each(NOT_ONE)("is not asked for as %s", async (id) => {
    const { call } = await serveApi();
    for (const more of ["", "/events", "/submissions/1"]) {
      const answer = await call("operator", "GET", `/reports/${id}${more}`);
      expect([answer.status, answer.json.code], more).toEqual([404, "not-found"]);
    }
  });

  it("is asked for by the greatest id that there can be, and need not be there", async () => {
    const asked: string[] = [];
    const find = async (id: string) => {
      asked.push(id);
      return undefined;
    };
    const { call } = await serveApi({ reports: { find } });
    for (const more of ["", "/events", "/submissions/1"])
      expect((await call("operator", "GET", `/reports/9223372036854775807${more}`)).status).toBe(404);
    expect(asked).toEqual(Array(3).fill("9223372036854775807"));
  });

  it("names the catalog that its run applied, where one is kept", async () => {
    const summary = { firstAt: AT, lastAt: AT, times: 2, environment: "production", version: 3, milliseconds: 1.5 };
    const kept = { ...summary, id: "9", digest: "c".repeat(64), resources: 12, warnings: 2, error: undefined };
    const { call } = await serveApi({
      reports: { find: async (id) => aReport({ id }) },
      keptCatalogs: { ofReport: async (id) => (id === "7" ? kept : undefined) },
    });
    const { json } = await call("viewer", "GET", "/reports/7");
    expect(json.catalog).toMatchObject({ id: "9", version: 3, resources: 12, warnings: 2, error: null });
    expect((await call("viewer", "GET", "/reports/8")).json.catalog).toBeNull();
  });

  it("has events, page by page", async () => {
    const event = { seq: 0, resource: "[File]x", type: null, status: "ok", message: null, seconds: 0.25, detail: {} };
    const asked: unknown[] = [];
    const { call } = await serveApi({
      reports: {
        find: async () => aReport(),
        events: async (id, page) => {
          asked.push([id, page]);
          return { events: [{ ...event, status: "ok" }], next: "n" };
        },
      },
    });
    const { json } = await call("viewer", "GET", "/reports/7/events?limit=1000&after=c");
    expect(json).toEqual({ events: [event], next: "n" });
    expect(asked).toEqual([["7", { limit: 1000, after: "c" }]]);
    expect((await call("viewer", "GET", "/reports/7/events?limit=1001")).status).toBe(400);
  });
});

describe("a part of a report", () => {
  const parts = ["11", "12"].map((submissionId) => ({ submissionId, acceptedAt: AT, size: 3 }));
  const served = () =>
    serveApi({
      reports: {
        find: async () => aReport({ parts }),
        bodies: async ({ parts: [part] }: Pick<ReportView, "parts">) =>
          part?.submissionId === "11"
            ? [{ submissionId: "11", acceptedAt: AT, kind: "dsc.report", body: Buffer.from("<script>") }]
            : [],
      },
    });

  it("is handed out as bytes for a file, never as something to show", async () => {
    const { call } = await served();
    const answer = await call("operator", "GET", "/reports/7/submissions/11");
    expect([answer.status, answer.text]).toEqual([200, "<script>"]);
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="report-7-submission-11.bin"',
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    expect((await call("viewer", "GET", "/reports/7/submissions/11")).status).toBe(403);
  });

  it("may be gone before its report, and belongs to its report", async () => {
    const { call } = await served();
    expect((await call("operator", "GET", "/reports/7/submissions/12")).json.title).toContain("older");
    expect((await call("operator", "GET", "/reports/7/submissions/13")).status).toBe(404);
  });
});

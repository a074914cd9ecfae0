import { randomUUID } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../wire.js";
import {
  BASE,
  checkIn,
  getConfiguration,
  getReports,
  JSON_HEADERS,
  type PullServer,
  register,
  sendReport,
  startPullServer,
} from "./pull-server.js";

let server: PullServer;
beforeAll(async () => {
  server = await startPullServer();
});
afterAll(() => server.close());

async function newAgent(): Promise<string> {
  const agentId = randomUUID().toUpperCase();
  expect((await register(server, agentId, { names: ["Web"] })).status).toBe(204);
  return agentId;
}

const job = () => randomUUID();
const jsonOf = ({ body }: Answer) => JSON.parse(body.toString());
const saved = (answer: Answer) => expect([answer.status, jsonOf(answer).value]).toEqual([200, "SavedReport"]);

/** The runs of an agent, as an operator reads them. */
async function runs(agentId: string) {
  const answer = await getReports(server, agentId);
  return answer.status === 404 ? [] : jsonOf(answer).value;
}

/** One run, read back. */
async function run(agentId: string, jobId: string) {
  const answer = await getReports(server, agentId, `Reports(JobId='${jobId}')`);
  expect(answer.status).toBe(200);
  return jsonOf(answer);
}

/** The answer to a report that says this length: one over the limit is refused before its body comes. */
function statusOfDeclared(agentId: string, length: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(server.gateway.http, {
      method: "POST",
      path: `${BASE}/Nodes(AgentId='${agentId}')/SendReport`,
      headers: { ...JSON_HEADERS, "Content-Length": String(length) },
      agent: false,
    });
    request.on("response", (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on("error", reject);
    request.flushHeaders();
  });
}

function refused(answer: Answer, status: number) {
  expect(answer.status, answer.body.toString()).toBe(status);
  expect(jsonOf(answer)["odata.error"].message.lang).toBe("en-US");
  expect(answer.headers["protocolversion"]).toBe("2.0");
}

/** A start as WMF sends it: no Status, no EndTime. */
const start = (JobId: string) => ({
  JobId,
  OperationType: "Initial",
  NodeName: "CLIENT",
  IpAddress: "192.0.2.20;127.0.0.1;::1",
  LCMVersion: "2.0",
  ReportFormatVersion: "2.0",
  StartTime: "2016-08-15T14:25:52.5680000-07:00",
  Errors: [],
  StatusData: [JSON.stringify({ HostName: "CLIENT", Type: "Initial" })],
});
const ERROR = JSON.stringify({
  ErrorSource: "DSCEngine",
  Locale: "en-US",
  Errors: '{\r\n    "Exception":  {\r\n "Message":  "No \\"space\\"." } }',
  ErrorCode: "1",
  ErrorMessage: 'No "space".',
  ResourceId: "DSCEngine",
});
/** An end as WMF 5.0 sends it after a failure: without errors, and without the node. */
const end = (JobId: string, Status = "Failure") => ({
  JobId,
  OperationType: "Initial",
  RefreshMode: "Pull",
  Status,
  ReportFormatVersion: "2.0",
  ConfigurationVersion: "2.0.0",
  StartTime: "2016-08-15T14:25:52.5680000-07:00",
  EndTime: "2016-08-15T14:25:53.5680000-07:00",
  RebootRequested: "False",
  Errors: [],
  StatusData: [JSON.stringify({ Status, HostName: "CLIENT", NumberOfResources: "0" })],
});

describe("SendReport", () => {
  it("case 41: takes a start, and says so in the native server's words", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    const answer = await sendReport(server, agentId, start(jobId));
    const { host } = new URL(server.gateway.http);
    expect(answer.body.toString()).toBe(
      `{"odata.metadata":"http://${host}${BASE}/$metadata#Edm.String","value":"SavedReport"}`,
    );
    expect([answer.status, answer.headers["protocolversion"]]).toEqual([200, "2.0"]);
    expect(await run(agentId, jobId)).toMatchObject({ ...start(jobId), Status: null, EndTime: null });
  });

  it("case 42: makes one failed run of start, error and end, which keeps errors and name", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    const error = {
      JobId: jobId,
      OperationType: "Initial",
      ReportFormatVersion: "2.0",
      Errors: [ERROR],
      StatusData: [],
    };
    for (const body of [start(jobId), error, end(jobId)]) saved(await sendReport(server, agentId, body));
    const found = await runs(agentId);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ ...end(jobId), Errors: [ERROR], NodeName: "CLIENT", LCMVersion: "2.0" });
  });

  it("case 43: takes the end of a run on Linux alone", async () => {
    const [agentId, JobId] = [await newAgent(), job().toUpperCase()];
    const body = {
      JobId,
      ConfigurationVersion: "2.0.0",
      ReportFormatVersion: "2.0",
      LCMVersion: "2.0",
      EndTime: "2026-11-20T19:44:36.838866874+00:00",
      Errors: [],
      StatusData: ['{"Locale":"en-US"}'],
    };
    saved(await sendReport(server, agentId, `${JSON.stringify(body)}\n`));
    expect(await run(agentId, JobId)).toMatchObject({ ...body, StartTime: null, OperationType: null });
  });

  it.each([
    ["an empty body", () => ""],
    ["null", () => "null"],
    ["no JSON", () => "{"],
    ["no JobId", () => ({ NodeName: "n" })],
    ["a JobId that is no GUID", () => start("not-a-guid")],
    ["a StartTime that is no date", () => ({ ...start(job()), StartTime: "yesterday" })],
    ["an EndTime that is no date", () => ({ ...end(job()), EndTime: "2016-13-45T00:00:00" })],
    ["a bomb", () => `{"JobId":"${job()}","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["a large bomb", () => `{"JobId":"${job()}","x":[${"{},".repeat(2_000_000)}0]}`],
  ])("case 44: refuses %s with 400, and stores nothing", async (_, body) => {
    const agentId = await newAgent();
    refused(await sendReport(server, agentId, body()), 400);
    expect(await runs(agentId)).toEqual([]);
  });

  it("case 45: takes bytes that are no UTF-8, and gives them back readable", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    const body = { ...start(jobId), Errors: [JSON.stringify({ ErrorMessage: "caf\u00e9 \u00ff\u00fe" })] };
    saved(await sendReport(server, agentId, Buffer.from(JSON.stringify(body), "latin1")));
    expect((await run(agentId, jobId)).Errors).toEqual(['{"ErrorMessage":"caf\ufffd \ufffd\ufffd"}']);
  });

  it("case 46: takes U+0000 and halves of surrogate pairs, and leaves them out", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    const StatusData = [JSON.stringify({ HostName: "h\u0000o", Error: "e\u0000" })];
    saved(await sendReport(server, agentId, { ...start(jobId), NodeName: "a\u0000b\ud800", StatusData }));
    expect(await run(agentId, jobId)).toMatchObject({ NodeName: "ab\ufffd", StatusData });
  });

  it.each(["not JSON {", "[1]", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`])(
    "case 47: takes a StatusData that is no JSON object, and keeps it as it is (%#)",
    async (text) => {
      const [agentId, jobId] = [await newAgent(), job()];
      saved(await sendReport(server, agentId, { ...end(jobId, "Success"), StatusData: [text] }));
      expect(await run(agentId, jobId)).toMatchObject({ Status: "Success", StatusData: [text] });
    },
  );

  it("case 48: takes a megabyte, and 20 MiB, and not a byte more", async () => {
    const agentId = await newAgent();
    const sized = (jobId: string, size: number) => {
      const fill = size - JSON.stringify({ ...end(jobId), StatusData: [""] }).length;
      return JSON.stringify({ ...end(jobId), StatusData: ["x".repeat(fill)] });
    };
    for (const size of [1 << 20, 20 << 20]) {
      const jobId = job();
      const body = sized(jobId, size);
      saved(await sendReport(server, agentId, body));
      expect((await run(agentId, jobId)).StatusData).toEqual(JSON.parse(body).StatusData);
    }
    expect(await statusOfDeclared(agentId, (20 << 20) + 1)).toBe(413);
    expect(await runs(agentId)).toHaveLength(2);
  });

  it("case 48: takes a megabyte of resources", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    const ResourcesInDesiredState = Array.from({ length: 3000 }, (_, i) => ({
      ResourceId: `[File]f${i}`,
      SourceInfo: "C:\\Config.ps1::1::1::File".repeat(12),
      InDesiredState: "True",
    }));
    const StatusData = [JSON.stringify({ Status: "Success", ResourcesInDesiredState })];
    saved(await sendReport(server, agentId, { ...end(jobId, "Success"), StatusData }));
    expect((await run(agentId, jobId)).StatusData).toEqual(StatusData);
  });

  it("case 49: takes AdditionalData, and does without", async () => {
    const agentId = await newAgent();
    const AdditionalData = [{ Key: "OSVersion", Value: JSON.stringify({ VersionString: "10.0.14393.0" }) }];
    const [first, second] = [job(), job()];
    saved(await sendReport(server, agentId, { ...end(first), AdditionalData }));
    saved(await sendReport(server, agentId, end(second)));
    expect((await run(agentId, first)).AdditionalData).toEqual(AdditionalData);
    expect((await run(agentId, second)).AdditionalData).toEqual([]);
  });

  it("case 50: refuses a report of an unknown agent with 400, as the native server does", async () => {
    refused(await sendReport(server, randomUUID(), start(job())), 400);
    refused(await sendReport(server, "not-a-guid", start(job())), 400);
  });

  it("case 51: keeps the same JobId of two agents apart", async () => {
    const [first, second, jobId] = [await newAgent(), await newAgent(), job()];
    saved(await sendReport(server, first, { ...start(jobId), NodeName: "first" }));
    saved(await sendReport(server, second, { ...start(jobId), NodeName: "second" }));
    expect((await run(first, jobId)).NodeName).toBe("first");
    expect((await run(second, jobId)).NodeName).toBe("second");
    expect([await runs(first), await runs(second)].map(({ length }) => length)).toEqual([1, 1]);
  });

  it("knows a run by its JobId in any letter case, and with braces", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    saved(await sendReport(server, agentId, start(jobId)));
    saved(await sendReport(server, agentId, end(`{${jobId.toUpperCase()}}`, "Success")));
    expect(await runs(agentId)).toHaveLength(1);
    expect(await run(agentId, jobId.toUpperCase())).toMatchObject({
      JobId: jobId,
      Status: "Success",
      NodeName: "CLIENT",
    });
  });

  it("keeps every one of many that come at once, whatever run they are of", async () => {
    const agentId = await newAgent();
    const jobs = Array.from({ length: 20 }, job);
    const bodies = jobs.flatMap((jobId) => [start(jobId), end(jobId, "Success"), end(jobId, "Success")]);
    const answers = await Promise.all(bodies.map((body) => sendReport(server, agentId, body)));
    for (const answer of answers) saved(answer);
    const found: { JobId: string }[] = await runs(agentId);
    expect(found.map(({ JobId }) => JobId).sort()).toEqual(jobs.sort());
    for (const report of found) expect(report).toMatchObject({ Status: "Success", NodeName: "CLIENT" });
  });
});

describe("Reports", () => {
  it("case 52: gives an operator all of an agent's runs, newest first, or one", async () => {
    const agentId = await newAgent();
    const jobs = [job(), job(), job()];
    for (const jobId of jobs) saved(await sendReport(server, agentId, end(jobId, "Success")));
    for (const resource of ["Reports", "Reports()", "reports(%20)", "Reports%28%29"]) {
      const answer = await getReports(server, agentId, resource);
      expect([resource, answer.status]).toEqual([resource, 200]);
      expect(jsonOf(answer).value.map(({ JobId }: { JobId: string }) => JobId)).toEqual([...jobs].reverse());
    }
    const { host } = new URL(server.gateway.https);
    const one = await run(agentId, jobs[1] ?? "");
    expect(one).toMatchObject({
      ...end(jobs[1] ?? "", "Success"),
      "odata.metadata": `https://${host}${BASE}/$metadata#Reports/@Element`,
    });
    expect(Math.abs(Date.parse(one.LastModifiedTime) - Date.now())).toBeLessThan(3_600_000);
  });

  it("case 52: has 404 for an unknown agent, an unknown run, and an agent that reported nothing", async () => {
    const [agentId, other, jobId] = [await newAgent(), await newAgent(), job()];
    saved(await sendReport(server, agentId, start(jobId)));
    refused(await getReports(server, randomUUID()), 404);
    refused(await getReports(server, randomUUID(), `Reports(JobId='${jobId}')`), 404);
    refused(await getReports(server, agentId, `Reports(JobId='${job()}')`), 404);
    refused(await getReports(server, other), 404);
    refused(await getReports(server, other, `Reports(JobId='${jobId}')`), 404);
    refused(await getReports(server, agentId, "Reports(JobId='x')"), 400);
    refused(await getReports(server, "x"), 400);
    refused(await getReports(server, agentId, "Reports?$skiptoken=nonsense"), 400);
  });

  it.each([
    ["no token", {}],
    ["another token", { Authorization: "Bearer nonsense" }],
    ["a registration's signature", { Authorization: "Shared AAAA" }],
  ])("case 52: refuses %s with 401", async (_, headers) => {
    const [agentId, jobId] = [await newAgent(), job()];
    saved(await sendReport(server, agentId, start(jobId)));
    for (const resource of ["Reports", "Reports()", `Reports(JobId='${jobId}')`]) {
      const answer = await getReports(server, agentId, resource, headers);
      refused(answer, 401);
      expect(answer.body.toString()).not.toContain("CLIENT");
    }
  });

  it("gives a long list page by page, each run once", async () => {
    const agentId = await newAgent();
    const jobs = Array.from({ length: 230 }, job);
    for (const jobId of jobs) saved(await sendReport(server, agentId, start(jobId)));
    const seen: string[] = [];
    const sizes: number[] = [];
    let resource: string | undefined = "Reports";
    while (resource !== undefined && sizes.length < 10) {
      const page = jsonOf(await getReports(server, agentId, resource));
      seen.push(...page.value.map(({ JobId }: { JobId: string }) => JobId));
      sizes.push(page.value.length);
      const link: string | undefined = page["odata.nextLink"];
      resource = link?.slice(link.indexOf("Reports?"));
    }
    expect(sizes).toEqual([100, 100, 30]);
    expect(seen).toEqual(jobs.reverse());
  });
});

describe("a deactivated node", () => {
  it("is refused with 403 on every call, and what it reported before can still be read", async () => {
    const [agentId, jobId] = [await newAgent(), job()];
    saved(await sendReport(server, agentId, start(jobId)));
    expect((await server.api("POST", `/nodes/${agentId}/deactivate`)).status).toBeLessThan(300);
    refused(await sendReport(server, agentId, end(jobId, "Success")), 403);
    refused(await checkIn(server, agentId, {}), 403);
    refused(await getConfiguration(server, agentId, "Web"), 403);
    refused(await register(server, agentId, { names: ["Web"] }), 403);
    expect(await run(agentId, jobId)).toMatchObject({ NodeName: "CLIENT", Status: null });
    expect((await server.api("POST", `/nodes/${agentId}/activate`)).status).toBeLessThan(300);
    saved(await sendReport(server, agentId, end(jobId, "Success")));
    expect(await run(agentId, jobId)).toMatchObject({ NodeName: "CLIENT", Status: "Success" });
  });
});

describe("a gateway that was killed", () => {
  it("still has every report that it said it saved", async () => {
    const site = await startPullServer();
    try {
      const agentId = randomUUID().toUpperCase();
      expect((await register(site, agentId, { names: ["Web"] })).status).toBe(204);
      const jobs = Array.from({ length: 30 }, job);
      for (const answer of await Promise.all(jobs.map((jobId) => sendReport(site, agentId, start(jobId)))))
        saved(answer);
      await site.gateway.crash();
      const gateway = await site.site.start();
      try {
        const again = { ...site, gateway };
        const found = jsonOf(await getReports(again, agentId)).value;
        expect(found.map(({ JobId }: { JobId: string }) => JobId).sort()).toEqual(jobs.sort());
      } finally {
        await gateway.stop();
      }
    } finally {
      await site.close();
    }
  });
});

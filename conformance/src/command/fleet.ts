import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type PullServer, register, sendReport, startPullServer } from "../dsc/pull-server.js";

/** A pull server with two nodes: ALPHA, whose newest of two runs failed, and BETA, whose only one succeeded. */
export interface Fleet {
  readonly server: PullServer;
  /** AgentIds. */
  readonly alpha: string;
  readonly beta: string;
  /** JobIds: of ALPHA's runs in their order, then of BETA's. */
  readonly jobs: readonly [string, string, string];
}

const resource = (id: string, inDesiredState: boolean) => ({
  ResourceId: id,
  ResourceName: "File",
  ModuleName: "PSDesiredStateConfiguration",
  ModuleVersion: "1.0",
  InstanceName: id,
  ConfigurationName: "Web",
  DurationInSeconds: "0.5",
  InDesiredState: inDesiredState ? "True" : "False",
  ...(inDesiredState ? {} : { Error: "It broke." }),
});

/** A report as an LCM sends it. */
export function reportBody(jobId: string, failing: boolean): string {
  const status = {
    Status: failing ? "Failure" : "Success",
    HostName: "ALPHA",
    ResourcesInDesiredState: [resource("[File]Good", true)],
    ResourcesNotInDesiredState: failing ? [resource("[File]Bad", false)] : [],
  };
  return JSON.stringify({
    JobId: jobId,
    OperationType: "Consistency",
    RefreshMode: "Pull",
    Status: failing ? "Failure" : "Success",
    ReportFormatVersion: "2.0",
    ConfigurationVersion: "2.0.0",
    StartTime: "2026-11-20T10:00:00.0000000+00:00",
    EndTime: "2026-11-20T10:00:42.0000000+00:00",
    RebootRequested: "False",
    Errors: failing ? [JSON.stringify({ ErrorCode: "1", ErrorMessage: "It broke.", ResourceId: "[File]Bad" })] : [],
    StatusData: [JSON.stringify(status)],
    AdditionalData: [],
  });
}

/** Starts it; its reports are stored when this resolves. */
export async function startFleet(): Promise<Fleet> {
  const server = await startPullServer();
  const [alpha, beta] = [randomUUID(), randomUUID()];
  const jobs = [randomUUID(), randomUUID(), randomUUID()] as const;
  const report = async (agent: string, job: string, failing: boolean) =>
    expect((await sendReport(server, agent, reportBody(job, failing))).status).toBe(200);
  expect((await register(server, alpha, { names: ["Web"], nodeName: "ALPHA" })).status).toBe(204);
  expect((await register(server, beta, { names: ["Web"], nodeName: "BETA" })).status).toBe(204);
  await report(alpha, jobs[0], false);
  await report(alpha, jobs[1], true);
  await report(beta, jobs[2], false);
  for (const agent of [alpha, beta])
    expect((await server.api("GET", `/reports?node=${agent}`)).body.toString()).toContain('"run"');
  return { server, alpha, beta, jobs };
}

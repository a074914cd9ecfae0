import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "./fake-server.test.helper.js";
import { type DscFleetOptions, simulateDscFleet } from "./fleet.js";
import { sampleConfiguration } from "./sample-configuration.js";
import { sampleModule } from "./sample-module.js";

let server: FakeServer;
let serverUrl: string;

beforeEach(async () => {
  server = new FakeServer();
  serverUrl = await server.start();
  const module = { name: "GatehouseSample", version: "1.2" };
  server.configurations.set("Web", sampleConfiguration({ name: "Web", module, size: 20_000 }));
  server.modules.set("GatehouseSample_1.2", await sampleModule(module.name, module.version));
});

afterEach(() => server.stop());

function fleet(more: Partial<DscFleetOptions> = {}) {
  const flavour = ["wmf51", "linux"] as const;
  return simulateDscFleet({
    serverUrl,
    registrationKey: "k",
    count: 12,
    runs: 3,
    configurationNames: ["Web"],
    concurrency: 4,
    flavour,
    ...more,
  });
}

describe("simulateDscFleet", () => {
  it("counts what a good fleet did", async () => {
    const runs: string[] = [];
    const summary = await fleet({ report: true, onRun: (run) => runs.push(run.agentId) });
    expect(summary).toMatchObject({
      agents: 12,
      registered: 12,
      checkIns: 36,
      downloads: 12,
      modules: 12,
      reports: 72,
      byAction: { GetConfiguration: 12, Ok: 24 },
      failures: 0,
      firstFailures: [],
      serverErrors: 0,
      checksumMismatches: 0,
      aborted: false,
    });
    expect(new Set(runs).size).toBe(12);
    expect(server.seen.filter(({ method }) => method === "PUT").length).toBe(36);
  });

  it("counts 5xx answers, and keeps the first failures in words", async () => {
    server.handler = ({ url }) => (url.endsWith("/GetDscAction") ? { status: 503 } : undefined);
    const summary = await fleet();
    expect(summary).toMatchObject({ registered: 12, checkIns: 0, downloads: 0, failures: 36, serverErrors: 36 });
    expect(summary.firstFailures.length).toBe(10);
    expect(summary.firstFailures[0]).toMatchObject({ operation: "GetDscAction", status: 503 });
    expect(summary.firstFailures[0]?.text).toContain("503");
  });

  it("counts checksum mismatches as failures, not as downloads", async () => {
    const headers = { Checksum: "AB".repeat(32), ChecksumAlgorithm: "SHA-256" };
    server.handler = ({ url }) => (url.endsWith("Content") ? { status: 200, headers, body: "x" } : undefined);
    const summary = await fleet({ runs: 1 });
    expect(summary).toMatchObject({
      checkIns: 12,
      downloads: 0,
      failures: 12,
      checksumMismatches: 12,
      serverErrors: 0,
    });
  });

  it("does not count an agent as registered when one PUT was refused", async () => {
    server.handler = ({ body }) => (body.includes("ReportServer") ? { status: 401 } : undefined);
    const summary = await fleet();
    expect(summary).toMatchObject({ agents: 12, registered: 0, checkIns: 0, failures: 12 });
    expect(summary.firstFailures[0]).toMatchObject({ operation: "RegisterDscAgent", status: 401 });
  });

  it("counts a server that is not there", async () => {
    const summary = await fleet({ serverUrl: "http://127.0.0.1:1/x.svc", count: 3 });
    expect(summary).toMatchObject({ agents: 3, registered: 0, failures: 3, serverErrors: 0 });
  });

  it("stops when told to, and says so", async () => {
    const stop = new AbortController();
    const summary = await fleet({
      count: 50,
      runs: 1000,
      rate: 10_000,
      intervalMs: 60_000,
      signal: stop.signal,
      onRun: () => stop.abort(),
    });
    expect(summary.aborted).toBe(true);
    expect(summary.checkIns).toBeLessThan(50);
    expect(summary.failures).toBe(0);
  });

  it("refuses a rate that never starts anybody", async () => {
    await expect(fleet({ rate: 0 })).rejects.toThrow(RangeError);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakePuppetServer } from "./fake-server.test.helper.js";
import { type PuppetFleetOptions, simulatePuppetFleet } from "./fleet.js";

let server: FakePuppetServer;
beforeEach(async () => {
  server = await FakePuppetServer.start();
  server.files.set("production/plugins/a.rb", "a");
});
afterEach(() => server.stop());

const fleet = (more: Partial<PuppetFleetOptions> = {}) =>
  simulatePuppetFleet({
    serverUrl: server.url,
    certname: (n) => `sim-${n}.example.org`,
    count: 6,
    runs: 2,
    concurrency: 3,
    version: ["7.23.0", "8.28.1"],
    ...more,
  });

describe("a fleet", () => {
  it("enrols and runs, and counts what happened", async () => {
    expect(await fleet()).toMatchObject({
      agents: 6,
      enrolled: 6,
      runs: 12,
      catalogs: 12,
      plugins: 6,
      reports: 12,
      byStatus: { unchanged: 12 },
      failures: 0,
      serverErrors: 0,
      aborted: false,
    });
    expect(new Set(server.seen.map(({ headers }) => headers["x-puppet-version"]))).toEqual(
      new Set(["7.23.0", "8.28.1"]),
    );
  });

  it("counts an agent without a certificate once, and lets it not run", async () => {
    server.autosign = false;
    const summary = await fleet();
    expect(summary).toMatchObject({ agents: 6, enrolled: 0, runs: 0, failures: 6 });
    expect(summary.firstFailures[0]).toMatchObject({
      operation: "certificate",
      text: expect.stringContaining("signed"),
    });
  });

  it("counts what the server answers with 5xx, and keeps the first failures in words", async () => {
    server.handler = ({ url }) => (url.includes("/catalog/") ? { status: 503, body: "later" } : undefined);
    const summary = await fleet({ count: 12 });
    expect(summary).toMatchObject({ runs: 24, catalogs: 0, reports: 24, failures: 24, serverErrors: 24 });
    expect(summary.firstFailures).toHaveLength(10);
    expect(summary.firstFailures[0]).toMatchObject({ operation: "catalog", status: 503 });
  });

  it("stops when told to, and says so", async () => {
    const stop = new AbortController();
    const summary = await fleet({ runs: 1000, intervalMs: 60_000, signal: stop.signal, onRun: () => stop.abort() });
    expect(summary).toMatchObject({ aborted: true, failures: 0 });
    expect(summary.runs).toBeLessThan(7);
  });

  it("refuses what can never work", async () => {
    await expect(fleet({ rate: 0 })).rejects.toThrow(RangeError);
    await expect(fleet({ serverUrl: "http://127.0.0.1:8080" })).rejects.toThrow(TypeError);
  });

  it("counts a server that is not there", async () => {
    const summary = await fleet({ serverUrl: "https://127.0.0.1:1", count: 2 });
    expect(summary).toMatchObject({ agents: 2, enrolled: 0, failures: 2 });
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeRestServer, json } from "./fake-rest-server.test.helper.js";
import { type FusionFleetOptions, simulateFusionFleet } from "./fleet.js";

let server: FakeRestServer;
beforeEach(async () => {
  server = await FakeRestServer.start();
});
afterEach(() => server.stop());

const fleet = (options: Partial<FusionFleetOptions> = {}) =>
  simulateFusionFleet({ serverUrl: server.url, name: (n) => `sim-${n}`, count: 3, runs: 2, ...options });

describe("a fleet of agents of the REST protocol", () => {
  it("introduces itself, asks, does its jobs, and tells what came of it", async () => {
    server.schedules("Inventory", "Deploy", "NoSuchTask");
    server.on("getJobs", ({ query }) =>
      json({
        jobs: [
          {
            ...{ uuid: `of-${query["machineid"]}`, associatedFiles: [], actions: [] },
            checks: [{ type: "fileExists", path: "/a", return: "error" }],
          },
        ],
        associatedFiles: {},
      }),
    );
    const summary = await fleet();
    expect(summary).toMatchObject({
      ...{ agents: 3, runs: 6, configs: 6, jobs: 6, ok: 6, ko: 0, skipped: 0, left: 6, failures: 0, aborted: false },
      ...{ full: 6, answers: server.seen.length, serverErrors: 0 },
    });
    expect(new Set(server.of("getJobs").map(({ query }) => query["machineid"])).size).toBe(3);
  });

  it("asks in the one form, in the other, or one agent so and the next one so", async () => {
    const tasksOf = async (form: NonNullable<FusionFleetOptions["form"]>) => {
      const before = server.of("getConfig").length;
      await fleet({ form, count: 4, runs: 1, concurrency: 1 });
      const asked = server.of("getConfig").slice(before);
      const agents = [...new Set(asked.map(({ query }) => query["machineid"]))];
      return agents.map((agent) => asked.filter(({ query }) => query["machineid"] === agent).length === 1);
    };
    expect(await tasksOf("aggregated")).toEqual([true, true, true, true]);
    expect(await tasksOf("single")).toEqual([false, false, false, false]);
    expect(await tasksOf("both")).toEqual([false, true, false, true]);
  });

  it("is the same agents again where their first start is told", async () => {
    const firstStart = new Date("2026-01-01T00:00:00Z");
    for (let again = 0; again < 2; again += 1) await fleet({ count: 1, runs: 1, firstStart });
    const ids = server.of("getConfig").map(({ query }) => query["machineid"]);
    expect(new Set(ids)).toEqual(new Set(["sim-0-2026-01-01-00-00-00"]));
  });

  it("counts what fails, with the first failures in words, and goes on", async () => {
    server.on("getConfig", json({ status: "error" }, 503));
    const { failures, firstFailures, serverErrors, runs } = await fleet({ count: 7 });
    expect({ failures, serverErrors, runs }).toEqual({ failures: 14, serverErrors: 14, runs: 14 });
    expect(firstFailures).toHaveLength(10);
    expect(firstFailures[0]).toMatchObject({ operation: "getConfig", status: 503 });
  });

  it("is stopped before it is done", async () => {
    const stop = new AbortController();
    const summary = await fleet({ count: 1, runs: 1000, onRun: () => stop.abort(), signal: stop.signal });
    expect(summary).toMatchObject({ agents: 1, runs: 1, aborted: true });
  });

  it("is refused with what makes no sense", async () => {
    await expect(fleet({ rate: 0 })).rejects.toThrow(RangeError);
    await expect(fleet({ concurrency: 0 })).rejects.toThrow(RangeError);
    await expect(fleet({ serverUrl: "ftp://a" })).rejects.toThrow(TypeError);
  });
});

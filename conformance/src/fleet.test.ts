import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { simulateDscFleet } from "@gatehouse/simulator";
import { afterAll, describe, expect, it } from "vitest";
import { newSite, type Site } from "./gateway.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders: string[] = [];
const sites: Site[] = [];
afterAll(async () => {
  for (const site of sites) await site.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("a simulated fleet", () => {
  it("of 200 nodes goes through a gateway that npm start runs", async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-start-"));
    folders.push(dataDir);
    const { DATABASE_URL: _, ...env } = process.env;
    const child = spawn(
      "npm",
      ["start", "--", "--ready-json", "--data", dataDir, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"],
      { cwd: root, env },
    );
    const gone = new Promise((resolve) => child.once("close", resolve));
    let out = "";
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    const ready = await new Promise<{ http: string }>((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        out += chunk;
        const line = out.split("\n").find((text) => text.startsWith('{"ready"'));
        if (line !== undefined) resolve(JSON.parse(line));
      });
      child.on("exit", () => reject(new Error(`npm start ended:\n${err}`)));
    });
    const command = (...args: string[]) =>
      new Promise<{ code: number | null; out: string }>((resolve) => {
        const run = spawn("npm", ["run", "-s", "gatehouse", "--", "--data", dataDir, ...args], { cwd: root, env });
        let text = "";
        run.stdout.on("data", (chunk) => {
          text += chunk;
        });
        run.on("close", (code) => resolve({ code, out: text }));
      });
    expect(ready.http).toMatch(/^http:/);
    const simulated = await command("--json", "simulate", "--dsc", "200", "--runs", "2", "--rate", "200");
    expect(simulated.code, simulated.out).toBe(0);
    expect(JSON.parse(simulated.out).dsc).toMatchObject({
      registered: 200,
      checkIns: 400,
      downloads: 200,
      modules: 200,
      failures: 0,
      serverErrors: 0,
      checksumMismatches: 0,
    });
    expect(JSON.parse((await command("--json", "node", "list", "--all")).out).nodes).toHaveLength(200);
    const reports = JSON.parse((await command("--json", "report", "list", "--all")).out).reports;
    expect(reports.length).toBeGreaterThanOrEqual(400);
    expect(reports.filter(({ status }: { status: string }) => status !== "success")).toEqual([]);
    child.kill("SIGTERM");
    await gone;
    expect(err.slice(-4000)).toContain('"stopped"');
  });

  it("tells the truth about a server that refuses it", async () => {
    const site = await newSite();
    sites.push(site);
    const gateway = await site.start();
    const summary = await simulateDscFleet({
      serverUrl: `${gateway.http}/PSDSCPullServer.svc`,
      registrationKey: "nobody-knows-this-key",
      count: 5,
      runs: 1,
      configurationNames: ["Web"],
    });
    expect(summary).toMatchObject({ registered: 0, checkIns: 0 });
    expect(summary.failures).toBeGreaterThanOrEqual(5);
    await gateway.stop();
  });
});

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Cleanup, query, runGateway } from "./fixture.test.helper.js";
import { type EmbeddedDatabase, startEmbedded } from "./index.js";
import { readPostmaster } from "./postmaster.js";

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const hasSetpriv = spawnSync("setpriv", ["--pdeathsig", "INT", "true"]).status === 0;
const newDataDir = () => path.join(cleanup.folder(), "data");
const pidOf = (dataDir: string) => readPostmaster(path.join(dataDir, "pg"))?.pid ?? 0;
const inUse = (dataDir: string) => ({
  code: "start-refused",
  message: expect.stringContaining(`The data folder ${dataDir} is in use by another gateway`),
});

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  return cleanup.add(await startEmbedded({ dataDir, durable: false }), (db) => db.stop());
}

function run(...args: Parameters<typeof runGateway>) {
  return cleanup.add(runGateway(...args), (child) => child.kill());
}

describe("the data folder's one owner", { timeout: 120_000 }, () => {
  it("refuses a second gateway, in this process and in another, and leaves the first alone", async () => {
    const dataDir = newDataDir();
    const db = await start(dataDir);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject(inUse(dataDir));
    expect(await run([dataDir]).next()).toMatchObject(inUse(dataDir));
    expect(await query(db, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it.each([1, 2, 3])("lets one of several first starts at once win, round %i", async () => {
    const dataDir = newDataDir();
    const inside = [startEmbedded({ dataDir, durable: false }), startEmbedded({ dataDir, durable: false })];
    const outside = [run([dataDir]), run([dataDir])];
    const [settled, told] = await Promise.all([
      Promise.allSettled(inside),
      Promise.all(outside.map((process) => process.next())),
    ]);
    for (const result of settled) if (result.status === "fulfilled") cleanup.add(result.value, (db) => db.stop());
    const winners = [
      ...settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
      ...told.flatMap((line) => (typeof line["url"] === "string" ? [{ url: line["url"] }] : [])),
    ];
    const losers = [
      ...settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
      ...told.filter((line) => line["url"] === undefined),
    ];
    expect(winners).toHaveLength(1);
    for (const loser of losers) expect(loser).toMatchObject(inUse(dataDir));
    const [winner] = winners;
    expect(winner && (await query(winner, "SELECT 1 AS one"))).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).filter((name) => name.startsWith("pg.new-"))).toEqual([]);
  });

  it.each([1, 2, 3])("has every acknowledged row after kill -9 of the gateway, round %i", async () => {
    const dataDir = newDataDir();
    const first = run([dataDir, "write"]);
    let acknowledged = 0;
    await first.next();
    while (acknowledged < 200) acknowledged = Number((await first.next())["n"]);
    await first.kill();
    const db = await start(dataDir);
    // setpriv ended the server with its gateway; where there is none the server is taken over.
    if (hasSetpriv) expect(db.adopted).toBe(false);
    const [row] = (await query(db, "SELECT count(*)::int AS n, max(n) AS max FROM acknowledged")) as {
      n: number;
      max: number;
    }[];
    expect(row?.n).toBeGreaterThanOrEqual(acknowledged);
    expect(row?.n).toBe(row?.max);
  });

  it.runIf(process.platform === "linux")("takes over a server that nothing ended with its gateway", async () => {
    const dataDir = newDataDir();
    const bin = path.join(cleanup.folder(), "bin");
    mkdirSync(bin);
    // Only what root needs, so that neither setpriv nor flock is found.
    for (const name of ["unshare", "true"]) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`, { mode: 0o755 });
    }
    const first = run([dataDir, "write"], { path: bin });
    await first.next();
    await first.next();
    const pid = pidOf(dataDir);
    await first.kill();
    const db = await start(dataDir);
    expect([db.adopted, pidOf(dataDir)]).toEqual([true, pid]);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject(inUse(dataDir));
    expect(await query(db, "SELECT min(n) AS n FROM acknowledged")).toEqual([{ n: 1 }]);
    await db.stop();
    expect(pidOf(dataDir)).toBe(0);
    expect((await start(dataDir)).adopted).toBe(false);
  });

  it.runIf(process.platform === "linux")("passes over a pid file whose pid is another program's now", async () => {
    const dataDir = newDataDir();
    const db = await start(dataDir);
    const lines = readFileSync(path.join(dataDir, "pg", "postmaster.pid"), "utf8").split("\n");
    await db.stop();
    writeFileSync(path.join(dataDir, "pg", "postmaster.pid"), [String(process.pid), ...lines.slice(1)].join("\n"));
    expect(readPostmaster(path.join(dataDir, "pg"))?.state).toBe("foreign");
    expect((await start(dataDir)).adopted).toBe(false);
    expect(pidOf(dataDir)).not.toBe(process.pid);
  });

  it.runIf(process.platform === "linux")("refuses a folder whose server another container hides", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    const holder = spawn(
      "flock",
      ["--no-fork", path.join(dataDir, "postgres.lock"), "sh", "-c", "echo held; sleep 600"],
      {
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
      },
    );
    cleanup.add(holder, () => process.kill(-(holder.pid ?? 0), "SIGKILL"));
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject(inUse(dataDir));
  });

  it("tells when the server dies by itself, and starts again", async () => {
    const dataDir = newDataDir();
    const db = await start(dataDir);
    const reason = new Promise<string>((resolve) => db.onExit(resolve));
    process.kill(pidOf(dataDir), "SIGKILL");
    expect(await reason).toContain("SIGKILL");
    await db.stop();
    expect(await query(await start(dataDir), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("says nothing of an exit that was asked for", async () => {
    const db = await start(newDataDir());
    const listener = vi.fn();
    db.onExit(listener);
    await db.stop();
    expect(listener).not.toHaveBeenCalled();
  });

  it("takes its lock anew when the server ends its session", async () => {
    const dataDir = newDataDir();
    const db = await start(dataDir);
    const locks = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'";
    const [before] = (await query(db, locks)) as { pid: number }[];
    await query(db, `SELECT pg_terminate_backend(${before?.pid})`);
    const holder = async () => ((await query(db, locks)) as { pid: number }[])[0]?.pid ?? before?.pid;
    await expect.poll(holder, { timeout: 30_000 }).not.toBe(before?.pid);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject(inUse(dataDir));
  });
});

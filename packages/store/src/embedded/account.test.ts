import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { canMap, chooseAccount } from "./account.js";
import { Cleanup, query, runGateway } from "./fixture.test.helper.js";
import { startEmbedded } from "./index.js";
import { locateBinaries, locatePackaged, locateSystem } from "./locate.js";
import { readPostmaster } from "./postmaster.js";
import { type Machine, superviseDatabase } from "./supervisor.js";

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const root = process.getuid?.() === 0;
const nobody = 65534;
const daemon = Number(/^daemon:[^:]*:(\d+)/m.exec(root ? readFileSync("/etc/passwd", "utf8") : "")?.[1]);
const system = locateSystem();
const unmapped: Machine = { account: (layout) => chooseAccount(layout, () => false) };

async function start(dataDir: string, machine: Machine = {}, more: { within?: string } = {}) {
  return cleanup.add(await superviseDatabase({ dataDir, durable: false, ...more }, machine), (db) => db.stop());
}

/** The user id that the kernel sees the server under. */
function serverUid(dataDir: string): number {
  return statSync(`/proc/${readPostmaster(path.join(dataDir, "pg"))?.pid}`).uid;
}

describe.runIf(root && process.platform === "linux")("as root", { timeout: 60_000 }, () => {
  it.runIf(canMap())("keeps the files root's by a user namespace", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    await start(dataDir);
    expect(statSync(path.join(dataDir, "pg")).uid).toBe(0);
  });

  it("runs as daemon where namespaces are forbidden, and stays so when they are allowed again", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const first = await start(dataDir, unmapped);
    await query(first, "CREATE TABLE kept (n int)");
    expect([first.uid, serverUid(dataDir), statSync(path.join(dataDir, "pg")).uid]).toEqual([daemon, daemon, daemon]);
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second, "SELECT FROM kept")).toEqual([]);
    expect([second.uid, serverUid(dataDir)]).toEqual([daemon, daemon]);
  });

  it("hands a cluster of root's over to daemon once namespaces are forbidden", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const first = await start(dataDir);
    await query(first, "CREATE TABLE kept (n int)");
    expect(first.uid).toBe(0);
    await first.stop();
    expect(await query(await start(dataDir, unmapped), "SELECT FROM kept")).toEqual([]);
    expect(serverUid(dataDir)).toBe(daemon);
  });

  it.each([
    ["closed to all others is opened for its group alone, once", 0o700, 0o710],
    ["open to all stays as it is", 0o755, 0o755],
  ])("a folder of ours around it that is %s", async (_, before, after) => {
    const within = path.join(cleanup.folder(), "ours");
    mkdirSync(within);
    chmodSync(within, before);
    writeFileSync(path.join(within, "instance.key"), "secret", { mode: 0o600 });
    const dataDir = path.join(within, "data");
    for (let starts = 0; starts < 2; starts++) {
      const db = await start(dataDir, unmapped, { within });
      expect(serverUid(dataDir)).toBe(daemon);
      expect([statSync(within).uid, statSync(within).mode & 0o7777]).toEqual([0, after]);
      await db.stop();
    }
    const asDaemon = { uid: daemon, gid: daemon, encoding: "utf8" } as const;
    expect(spawnSync("cat", [path.join(within, "instance.key")], asDaemon).stderr).toContain("Permission denied");
    expect(spawnSync("ls", [within], asDaemon).status === 0).toBe(before === 0o755);
  });

  it("a folder of ours around it that a group has rights to is left alone: the start is refused with advice", async () => {
    const within = path.join(cleanup.folder(), "ours");
    mkdirSync(within);
    chmodSync(within, 0o750);
    await expect(start(path.join(within, "data"), unmapped, { within })).rejects.toMatchObject({
      message: expect.stringContaining("cannot enter"),
    });
    expect(statSync(within).mode & 0o7777).toBe(0o750);
  });

  it("refuses a socket's folder that somebody else made before, and gives it to nobody", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const first = await start(dataDir, unmapped);
    const { searchParams } = new URL(first.url);
    const sockets = searchParams.get("host") ?? "";
    expect(statSync(sockets).uid).toBe(daemon);
    await first.stop();
    mkdirSync(sockets, { mode: 0o700 });
    cleanup.add(sockets, (folder) => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(sockets, ".s.PGSQL.5432"), "");
    chownSync(sockets, nobody, nobody);
    await expect(start(dataDir, unmapped)).rejects.toMatchObject({
      message: expect.stringContaining(`Another user holds ${sockets}`),
    });
    expect(statSync(sockets).uid).toBe(nobody);
  });

  it("follows no link that its user put in the place of the log", async () => {
    const folder = cleanup.folder();
    const dataDir = path.join(folder, "data");
    await (await start(dataDir, unmapped)).stop();
    const roots = path.join(folder, "roots");
    writeFileSync(roots, "root's own\n");
    rmSync(path.join(dataDir, "postgres.log"));
    symlinkSync(roots, path.join(dataDir, "postgres.log"));
    await expect(start(dataDir, unmapped)).rejects.toMatchObject({ code: "start-refused" });
    expect([statSync(roots).uid, readFileSync(roots, "utf8")]).toEqual([0, "root's own\n"]);
  });

  it("runs as the owner of a folder that was made for another user", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    mkdirSync(dataDir, { mode: 0o700 });
    chownSync(dataDir, nobody, nobody);
    await start(dataDir);
    expect(serverUid(dataDir)).toBe(nobody);
  });

  it("refuses with advice where nobody cannot run the programs", async () => {
    const folder = cleanup.folder();
    const bin = path.join(folder, "closed");
    mkdirSync(bin, { mode: 0o700 });
    for (const name of ["postgres", "initdb"]) writeFileSync(path.join(bin, name), "#!/bin/sh\n", { mode: 0o755 });
    const refused = start(path.join(folder, "data"), { ...unmapped, binaries: { bin, major: "18", links: [] } });
    await expect(refused).rejects.toMatchObject({
      code: "start-refused",
      message: expect.stringContaining("cannot be run"),
    });
  });

  it("refuses with advice where daemon cannot reach the folder, and opens none that is not ours", async () => {
    const closed = path.join(cleanup.folder(), "closed");
    mkdirSync(closed, { mode: 0o700 });
    const within = path.join(closed, "ours");
    mkdirSync(within, { mode: 0o700 });
    const refused = start(path.join(within, "data"), unmapped, { within });
    await expect(refused).rejects.toMatchObject({
      code: "start-refused",
      message: expect.stringContaining(`the user ${daemon} that it runs as here cannot enter ${within}/data: choose`),
    });
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  it("runs under another user's own gateway, and under root as that user", async () => {
    const folder = cleanup.folder();
    chownSync(folder, nobody, nobody);
    const dataDir = path.join(folder, "data");
    const gateway = cleanup.add(runGateway([dataDir], { uid: nobody }), (child) => child.kill());
    expect(await gateway.next()).toMatchObject({ fresh: true, uid: nobody });
    expect(serverUid(dataDir)).toBe(nobody);
    await gateway.stop();
    expect((await start(dataDir)).fresh).toBe(false);
    expect(serverUid(dataDir)).toBe(nobody);
  });
});

describe("locating PostgreSQL", () => {
  it("refuses with advice when there is none", () => {
    expect(() => locateBinaries([() => undefined])).toThrow("set DATABASE_URL");
  });

  it("prefers the npm package, without running or writing anything", () => {
    const packaged = locatePackaged();
    expect(locateBinaries().bin).toBe((packaged ?? system)?.bin);
    if (packaged !== undefined && process.platform === "linux") expect(packaged.links.length).toBeGreaterThan(0);
  });
});

describe("the server process", { timeout: 60_000 }, () => {
  it.runIf(process.platform === "linux")("is out of reach of the terminal's Ctrl-C and of our secrets", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    process.env["GATEHOUSE_TEST_SECRET"] = "hunter2";
    try {
      await start(dataDir);
    } finally {
      delete process.env["GATEHOUSE_TEST_SECRET"];
    }
    const pid = readPostmaster(path.join(dataDir, "pg"))?.pid;
    const group = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
    expect(group).toBe(String(pid));
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("hunter2");
  });
});

describe.runIf(system !== undefined)("with the system's PostgreSQL", { timeout: 60_000 }, () => {
  const binaries = system ?? { bin: "", major: "", links: [] };

  it("works just the same", async () => {
    const db = await start(path.join(cleanup.folder(), "data"), { binaries });
    expect(db.version.split(".")[0]).toBe(binaries.major);
  });

  it.runIf(locatePackaged()?.major !== system?.major)("refuses its cluster under another major version", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    await (await start(dataDir, { binaries })).stop();
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: "start-refused",
      message: expect.stringContaining(`was made by PostgreSQL ${binaries.major}`),
    });
    expect((await start(dataDir, { binaries })).fresh).toBe(false);
  });
});

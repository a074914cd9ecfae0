import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND } from "../gateway.js";
import { missingOf } from "../puppet/programs.js";
import { lacking } from "./lacking.js";
import { withoutUserNamespaces } from "./machine.js";

const { skip, note } = lacking("root", "namespaces");
const hasPuppet = missingOf("puppet").length === 0;

describe.skipIf(skip)(`root in a container, who may make no namespaces of users${note}`, { timeout: 120_000 }, () => {
  let folder: string;
  let root: string;
  let dataDir: string;
  const running = new Set<ChildProcess>();
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-root-"));
    // As the folder for temporary files is to others: open, while what is in it is not.
    chmodSync(folder, 0o711);
    dataDir = path.join(folder, "data");
    root = path.join(folder, "root");
    mkdirSync(root);
  });
  afterAll(async () => {
    for (const child of running) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    // This fails where something is mounted on it: nothing of that is to be removed.
    rmdirSync(root);
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...words: string[]) => {
    const [program = "", ...args] = [...withoutUserNamespaces(root), ...words];
    const env = { PATH: process.env["PATH"], TMPDIR: tmpdir(), GATEHOUSE_LOG_FORMAT: "json" };
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };

  /** @returns what it printed, on both */
  async function command(...words: string[]) {
    const child = run(process.execPath, COMMAND, "--data", dataDir, ...words);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => {
        said += bytes;
      });
    const [code] = await once(child, "close");
    return { code, said };
  }

  /** @returns what stops it */
  async function serve(...words: string[]) {
    const ports = ["--http", "127.0.0.1:0", "--https", "127.0.0.1:0"];
    const child = run(process.execPath, COMMAND, "--data", dataDir, "serve", "--ready-json", ...ports, ...words);
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const ended = once(child, "exit");
    const failed = ended.then(([code]) => Promise.reject(new Error(`the gateway ended with ${code}:\n${log}`)));
    failed.catch(() => undefined);
    await Promise.race([once(createInterface({ input: child.stdout }), "line"), failed]);
    return async () => {
      child.kill();
      return (await ended)[0];
    };
  }

  const idOf = (what: string) => Number(spawnSync("id", [what, "daemon"], { encoding: "utf8" }).stdout);
  const modeOf = (file: string) => statSync(file).mode & 0o7777;

  it("has a gateway on the embedded database: daemon's, who opens nothing else of it", async () => {
    expect(spawnSync("unshare", ["--user", "true"]).status, "namespaces of users are allowed outside").toBe(0);
    expect((await once(run("true"), "exit"))[0]).toBe(0);
    expect((await once(run("unshare", "--user", "true"), "exit"))[0]).toBe(1);

    for (let starts = 0; starts < 2; starts++) {
      const stop = await serve();
      expect(statSync(path.join(dataDir, "postgres/pg")).uid).toBe(idOf("-u"));
      expect([statSync(dataDir).uid, statSync(dataDir).gid, modeOf(dataDir)]).toEqual([0, idOf("-g"), 0o710]);
      for (const file of ["instance.key", "admin.token", "run.json"].map((name) => path.join(dataDir, name))) {
        expect(modeOf(file)).toBe(0o600);
        expect(spawnSync("cat", [file], { uid: idOf("-u"), gid: idOf("-g") }).status).toBe(1);
      }
      expect(await command("doctor")).toMatchObject({ code: 0, said: expect.stringContaining("All is well.") });
      expect(await command("node", "list")).toMatchObject({ code: 0 });
      expect(await stop()).toBe(0);
    }
  });

  it.skipIf(!hasPuppet)("runs no module's code as daemon, who may do all with the database", async () => {
    const config = path.join(folder, "gatehouse.yaml");
    writeFileSync(config, "puppet: { compiler: { user: daemon } }\n");
    const stop = await serve("--config", config);
    // Ruby is looked for while it serves.
    await expect
      .poll(async () => (await command("doctor")).said, { timeout: 60_000 })
      .toContain(`Modules' code would run as the user of the embedded database (${idOf("-u")})`);
    expect(await stop()).toBe(0);
  });
});

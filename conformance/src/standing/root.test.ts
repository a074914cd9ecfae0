import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { COMMAND } from "../gateway.js";
import { lacking } from "./lacking.js";
import { withoutUserNamespaces } from "./machine.js";

const { skip, note } = lacking("root", "namespaces");

describe.skipIf(skip)(`root in a container, who may make no namespaces of users${note}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-root-"));
  // As mktemp makes it: closed to all others.
  const dataDir = path.join(folder, "data");
  const root = path.join(folder, "root");
  mkdirSync(root);
  // The folder for temporary files is open to all, and what is in it is not.
  spawnSync("chmod", ["0711", folder]);
  const env = { PATH: process.env["PATH"], TMPDIR: tmpdir(), GATEHOUSE_LOG_FORMAT: "json" };
  const run = (...words: string[]) => {
    const [program = "", ...args] = [...withoutUserNamespaces(root), ...words];
    return spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns what it printed; it has to end well */
  async function command(...words: string[]) {
    const child = run(process.execPath, COMMAND, "--data", dataDir, ...words);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    expect((await once(child, "close"))[0], said).toBe(0);
    return said;
  }

  async function serve() {
    const child = run(process.execPath, COMMAND, "--data", dataDir, "serve", "--ready-json", "--http", "127.0.0.1:0");
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const ended = once(child, "exit");
    const ready = once(createInterface({ input: child.stdout }), "line").then(([line]) => JSON.parse(line as string));
    const failed = ended.then(([code]) => Promise.reject(new Error(`the gateway ended with ${code}:\n${log}`)));
    failed.catch(() => undefined);
    await Promise.race([ready, failed]);
    return {
      stop: async () => {
        child.kill();
        return (await ended)[0];
      },
    };
  }

  it("has a gateway on the embedded database: daemon's, who sees nothing else of it", async () => {
    expect(spawnSync("unshare", ["--user", "true"]).status, "namespaces of users are allowed outside").toBe(0);
    const [refused] = await once(run("unshare", "--user", "true"), "exit");
    expect(refused).not.toBe(0);

    const gateway = await serve();
    const daemon = Number(spawnSync("id", ["-u", "daemon"], { encoding: "utf8" }).stdout);
    expect(statSync(path.join(dataDir, "postgres/pg")).uid).toBe(daemon);
    expect([statSync(dataDir).uid, statSync(dataDir).mode & 0o777]).toEqual([0, 0o710]);
    const secrets = ["instance.key", "admin.token"].map((file) => path.join(dataDir, file));
    for (const file of secrets) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(spawnSync("cat", [file], { uid: daemon, gid: statSync(dataDir).gid }).status).not.toBe(0);
    }

    expect(await command("doctor")).toContain("All is well.");
    expect(await gateway.stop()).toBe(0);

    const again = await serve();
    expect(JSON.parse(await command("node", "list", "--json"))).toMatchObject({ nodes: [] });
    expect(await again.stop()).toBe(0);
  });
});

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { ROOT, readComposeFile } from "./compose-file.js";
import { lacking } from "./lacking.js";
import { startPostgres } from "./postgres.js";

const SCRIPT = path.join(ROOT, "tools/image.sh");
/** In 127.0.0.0/8, and of no other suite. */
const ADDRESS = "127.83.71.10";
/** Of `node`, in the official image too. */
const USER = 1000;
/** A base, the packages of npm, Ruby with Puppet's library: minutes on a slow machine. */
const BUILD_MS = 15 * 60_000;

const { skip, note } = lacking("root", "buildah", "debootstrap", "unshare", "setpriv", "postgres", "pg_isready");

describe.skipIf(skip)(`the image of the Dockerfile, without a container engine${note}`, () => {
  let folder: string;
  let database: ChildProcess | undefined;
  let gateway: ChildProcess | undefined;
  let log = "";

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-image-"));
    chmodSync(folder, 0o755);
    const built = spawnSync(SCRIPT, ["build", folder, "runtime"], { encoding: "utf8", maxBuffer: 1 << 26 });
    if (built.status !== 0) throw new Error(`the build ended with ${built.status}: ${built.stdout}${built.stderr}`);
    process.stderr.write(`${built.stdout.split("\n").slice(-3).join("\n")}\n`);
  }, BUILD_MS);
  afterAll(async () => {
    for (const child of [gateway, database]) if (child !== undefined) await ended(child, "SIGKILL");
    if (folder === undefined) return;
    // The image's root is mounted there.
    spawnSync(SCRIPT, ["clean", folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** The program itself: unshare is its parent, and hands no signal on. */
  const program = () => {
    const pid = gateway?.pid ?? 0;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
  };
  const config = () =>
    JSON.parse(spawnSync(SCRIPT, ["inspect", folder, "runtime"], { encoding: "utf8" }).stdout) as {
      User: string;
      Entrypoint: string[];
      Cmd: string[];
      Env: string[];
      ExposedPorts: object;
      Volumes: object;
      Healthcheck: { Test: string[] };
    };

  it("says who runs it, what, and how its health is known", () => {
    expect(config()).toMatchObject({
      User: "node",
      Entrypoint: ["node", "/app/bin/gatehouse.mjs"],
      Cmd: ["serve", "--data", "/var/lib/gatehouse"],
      Healthcheck: { Test: ["CMD", "node", "-e", expect.stringContaining("/healthz")] },
    });
    expect(Object.keys(config().ExposedPorts).toSorted()).toEqual(["8080/tcp", "8140/tcp"]);
    expect(Object.keys(config().Volumes)).toEqual(["/var/lib/gatehouse"]);
    // What compose adds is what the image begins with.
    expect(readComposeFile().get("gateway-1")?.command).toEqual(config().Cmd);
  });

  it("serves as its user with a read-only root, without a capability, and compiles Puppet code", async () => {
    const postgres = { POSTGRES_USER: "gatehouse", POSTGRES_PASSWORD: "of-this-test" };
    database = startPostgres(path.join(folder, "postgres"), ADDRESS, postgres);
    const answers = () => spawnSync("pg_isready", ["-q", "-h", ADDRESS, "-U", "gatehouse"]).status;
    await expect.poll(answers, { timeout: 60_000 }).toBe(0);
    const data = path.join(folder, "data");
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(path.join(data, "given.key"), "ab".repeat(32), { mode: 0o600 });
    for (const each of [data, path.join(data, "given.key")]) chownSync(each, USER, USER);
    gateway = spawn(SCRIPT, ["run", folder, "runtime"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        DATABASE_URL: `postgres://gatehouse:of-this-test@${ADDRESS}:5432/gatehouse`,
        GATEHOUSE_INSTANCE_KEY_FILE: "/var/lib/gatehouse/given.key",
        GATEHOUSE_LISTENERS: JSON.stringify([
          { address: `${ADDRESS}:8140`, tls: "own" },
          { address: `${ADDRESS}:8080`, tls: "off", mounts: ["dsc", "inventory", "platform"] },
        ]),
      },
    });
    for (const stream of [gateway.stdout, gateway.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    // The image's own health check, at the address where it listens here.
    const [, , ...check] = config().Healthcheck.Test.map((word) => word.replace("127.0.0.1", ADDRESS));
    const healthy = () => {
      if (gateway?.exitCode !== null) throw new Error(log);
      return spawnSync(process.execPath, check).status;
    };
    await expect.poll(healthy, { timeout: 100_000, interval: 500 }).toBe(0);

    const status = readFileSync(`/proc/${program()}/status`, "utf8");
    expect(status).toMatch(/^Name:\s+(?:node|MainThread)$/m);
    expect(status).toMatch(new RegExp(`^Uid:(?:\\s+${USER}){4}$`, "m"));
    expect(status).toMatch(new RegExp(`^Gid:(?:\\s+${USER}){4}$`, "m"));
    for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"])
      expect(status).toMatch(new RegExp(`^Cap${set}:\\s+0+$`, "m"));
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    const mounts = readFileSync(`/proc/${program()}/mountinfo`, "utf8")
      .split("\n")
      .map((line) => line.split(" "));
    const optionsOf = (point: string) => mounts.find((fields) => fields[4] === point)?.[5]?.split(",");
    expect(optionsOf("/")).toContain("ro");
    for (const point of ["/tmp", "/var/lib/gatehouse"]) expect(optionsOf(point), point).toContain("rw");

    expect((await send(`https://${ADDRESS}:8140`, { method: "GET", path: "/readyz" })).status).toBe(200);
    expect(log).toContain("Puppet code is compiled");
  });

  it("ends in order at SIGTERM", async () => {
    if (gateway === undefined) throw new Error("it was not started");
    const gone = ended(gateway);
    process.kill(program(), "SIGTERM");
    expect(await gone).toBe(0);
    expect(log).toContain('"stopped"');
  });
});

/** @returns the exit code, null after a signal */
function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  if (signal !== undefined) child.kill(signal);
  return gone;
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { ROOT, words } from "./compose-file.js";
import { lacking } from "./lacking.js";

/** It builds and copies: minutes on a slow machine. */
const BUILD_MS = 10 * 60_000;
const { skip, note } = lacking("tar", "setpriv");

describe.skipIf(skip)(`the tarball and its systemd unit${note}`, () => {
  let folder: string;
  /** Unpacked. */
  let root: string;
  let gateway: ChildProcess | undefined;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-tarball-"));
    chmodSync(folder, 0o755);
    const made = spawnSync(path.join(ROOT, "tools/tarball.sh"), [folder], { encoding: "utf8", maxBuffer: 1 << 26 });
    if (made.status !== 0) throw new Error(`it ended with ${made.status}: ${made.stdout}${made.stderr}`);
    const file = made.stdout.trim();
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "apps/gatehouse/package.json"), "utf8"));
    expect(path.basename(file)).toBe(`gatehouse-${version}-${process.platform}-${process.arch}.tar.gz`);
    process.stderr.write(`${path.basename(file)}: ${Math.round(statSync(file).size / 1e6)} MB\n`);
    expect(spawnSync("tar", ["-xzf", file, "-C", folder]).status).toBe(0);
    root = path.join(folder, path.basename(file, ".tar.gz"));
  }, BUILD_MS);
  afterAll(() => {
    gateway?.kill("SIGKILL");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Values of a key of the unit, in order. */
  const unit = (key: string): string[] => {
    const text = readFileSync(path.join(root, "gatehouse.service"), "utf8");
    return [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value]) => value ?? "");
  };

  it("brings the gateway, the docs, and nothing of tests", () => {
    for (const file of ["bin/gatehouse.mjs", "dist/cli.js", "docs/install.md", "examples/ci/access.yaml", "LICENSE"])
      expect(existsSync(path.join(root, file)), file).toBe(true);
    const { stdout } = spawnSync("find", [path.join(root, "dist"), "-name", "*.test.*"], { encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("serves as the unit says, as another user than root, from files that it cannot write", async () => {
    const [command = ""] = unit("ExecStart");
    const data = path.join(folder, "state", "gatehouse");
    mkdirSync(path.dirname(data));
    mkdirSync(data, { mode: Number.parseInt(unit("StateDirectoryMode")[0] ?? "", 8) });
    const here = words(command)
      .map((word) => word.replace("/opt/gatehouse", root).replace("/var/lib/gatehouse", data))
      .map((word) => (word === "/usr/bin/node" ? process.execPath : word));
    const own = process.getuid?.() ?? 0;
    const user = own === 0 ? 65_534 : own;
    if (own === 0) chownSync(data, user, user);
    const as = own === 0 ? ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"] : [];
    const [program = "", ...args] = [...as, ...here, "--ready-json", "--http=127.0.0.1:0", "--https=127.0.0.1:0"];
    let [out, err] = ["", ""];
    gateway = spawn(program, args, { cwd: root, env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production" } });
    gateway.stdout?.on("data", (text) => {
      out += text;
    });
    gateway.stderr?.on("data", (text) => {
      err += text;
    });
    const line = () => {
      if (gateway?.exitCode !== null) throw new Error(err);
      return out.split("\n").length;
    };
    await expect.poll(line, { timeout: 100_000 }).toBeGreaterThan(1);
    const { https } = JSON.parse(out);
    expect((await send(https, { method: "GET", path: "/readyz" })).status).toBe(200);
    const status = spawnSync(process.execPath, [path.join(root, "bin/gatehouse.mjs"), "--data", data, "status"], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "" },
    });
    expect(status).toMatchObject({ status: 0, stderr: "" });

    const gone = new Promise<number | null>((resolve) => gateway?.once("close", resolve));
    gateway.kill("SIGTERM");
    expect(await gone).toBe(0);
  });

  it("has the unit that the docs show", () => {
    expect(readFileSync(path.join(ROOT, "docs/operate.md"), "utf8")).toContain("deploy/systemd/gatehouse.service");
    expect(unit("User")).toEqual(["gatehouse"]);
    // Else systemd would signal the embedded database together with the gateway.
    expect(unit("KillMode")).toEqual(["mixed"]);
  });
});

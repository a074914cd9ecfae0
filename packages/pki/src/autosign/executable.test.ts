import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createProgramRunner, type ProgramRun } from "./executable.js";

function program(text: string) {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-pki-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = path.join(dir, "policy");
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return { file, dir, out: (name: string) => path.join(dir, name) };
}

const run = createProgramRunner();
const asking = (file: string, said: Partial<ProgramRun> = {}): ProgramRun => ({
  path: file,
  certname: "web01.example.org",
  pem: "-----BEGIN CERTIFICATE REQUEST-----\n",
  timeoutMs: 20_000,
  ...said,
});
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Dead ones stay listed until their parent asks, and in a container that may be nobody.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/^\d+ \(.*\) Z/.test(readFileSync(stat, "utf8"));
};

describe("a policy program", () => {
  it("signs with 0 and nothing else", async () => {
    expect(await run(asking(program("exit 0").file))).toEqual({ signed: true, why: "exited with 0" });
    expect(await run(asking(program("exit 1").file))).toEqual({ signed: false, why: "exited with 1" });
    expect(await run(asking(program("kill -TERM $$").file))).toEqual({ signed: false, why: "was ended by SIGTERM" });
  });

  it("is given the name, the request, and no environment of ours", async () => {
    process.env["GATEHOUSE_PKI_SECRET"] = "secret";
    onTestFinished(() => void delete process.env["GATEHOUSE_PKI_SECRET"]);
    const { file, out } = program(
      'd=$(dirname "$0"); cat > "$d/in"; echo "$#:$1" > "$d/args"; env > "$d/env"; pwd > "$d/pwd"',
    );
    const pem = `${"x".repeat(60_000)}\n`;
    expect(await run(asking(file, { pem }))).toMatchObject({ signed: true });
    expect(readFileSync(out("in"), "utf8")).toBe(pem);
    expect(readFileSync(out("args"), "utf8")).toBe("1:web01.example.org\n");
    expect(readFileSync(out("pwd"), "utf8")).toBe("/\n");
    expect(readFileSync(out("env"), "utf8")).not.toContain("secret");
  });

  it("takes the name as one argument, whatever is in it", async () => {
    const { file, out } = program('echo "$1" > "$(dirname "$0")/args"');
    await run(asking(file, { certname: "a b; touch x $(id)" }));
    expect(readFileSync(out("args"), "utf8")).toBe("a b; touch x $(id)\n");
  });

  it("need not read what it is given", async () => {
    expect(await run(asking(program("exec <&-; exit 0").file, { pem: "x".repeat(1 << 20) }))).toMatchObject({
      signed: true,
    });
  });

  it("that cannot be run signs nothing", async () => {
    const { file, dir } = program("exit 0");
    chmodSync(file, 0o644);
    expect(await run(asking(file))).toEqual({ signed: false, why: "could not be run (EACCES)" });
    expect(await run(asking(path.join(dir, "nothing")))).toEqual({ signed: false, why: "could not be run (ENOENT)" });
  });

  it("that says why is quoted, on one line and not at length", async () => {
    const { signed, why } = await run(asking(program('printf "no\\nmore \\033[31m" >&2; exit 1').file));
    expect([signed, why]).toEqual([false, "exited with 1: no more  [31m"]);
    const long = await run(asking(program('head -c 100000 /dev/zero | tr "\\0" x >&2; exit 1').file));
    expect(long.why.length).toBeLessThan(2100);
  });

  it("that hangs is killed with all that it started", async () => {
    const { file, out } = program(
      'sleep 1000 & echo $! > "$(dirname "$0")/child"; echo $$ > "$(dirname "$0")/self"; wait',
    );
    const { signed, why } = await run(asking(file, { timeoutMs: 500 }));
    expect([signed, why]).toEqual([false, "did not end within 0.5 s"]);
    for (const name of ["child", "self"]) {
      const pid = Number(readFileSync(out(name), "utf8"));
      await expect.poll(() => isAlive(pid)).toBe(false);
    }
  });

  it("that lets something escape with its output does not hold us up", async () => {
    const { file, out } = program(
      'setsid sh -c \'echo $$ > "$0"; exec sleep 1000\' "$(dirname "$0")/child" & while [ ! -s "$(dirname "$0")/child" ]; do sleep 0.05; done; exit 0',
    );
    expect(await run(asking(file))).toMatchObject({ signed: true });
    process.kill(Number(readFileSync(out("child"), "utf8")), "SIGKILL");
  });

  it("that leaves something running does not hold us up", async () => {
    const { file, out } = program('sleep 1000 & echo $! > "$(dirname "$0")/child"; exit 0');
    expect(await run(asking(file))).toMatchObject({ signed: true });
    const pid = Number(readFileSync(out("child"), "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe("many policy programs", () => {
  it("wait for each other, and some are turned away", async () => {
    const { file, dir, out } = program('while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done; exit 0');
    const few = createProgramRunner({ atOnce: 2, waiting: 1 });
    const first = [few(asking(file)), few(asking(file)), few(asking(file))];
    expect(await few(asking(file))).toEqual({ signed: false, why: "too many policy programs are running" });
    writeFileSync(path.join(dir, "go"), "");
    expect(await Promise.all(first)).toEqual(Array(3).fill({ signed: true, why: "exited with 0" }));
    expect(existsSync(out("go"))).toBe(true);
    expect(await few(asking(file))).toMatchObject({ signed: true });
  });
});

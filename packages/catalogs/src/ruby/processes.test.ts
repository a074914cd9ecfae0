import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startProcesses } from "./processes.js";
import { ruby } from "./ruby.test.helper.js";
import { createRunFolder } from "./run-folder.js";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe.skipIf(ruby === undefined)("the processes of a compiler", () => {
  const started = async (patience: number) => {
    if (ruby === undefined) throw new Error("There is no Ruby.");
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-processes-"));
    const folder = await createRunFolder(undefined, {}, dir);
    const options = {
      ...{
        found: ruby,
        jit: true,
        folder,
        account: undefined,
        memoryBytes: 256 << 20,
        servername: "Gate",
        hiera: undefined,
        log,
      },
    };
    const processes = await startProcesses(options, patience);
    const close = () => processes.close().then(() => rmSync(dir, { recursive: true }));
    return { processes, folder, close, order: { environment: "production", path: folder.code, shown: "/code" } };
  };

  it("go on when somebody has stopped the parent", async () => {
    const { processes, close, order } = await started(3000);
    const worker = await processes.fork(order);
    const { parentPid = 0 } = processes;
    process.kill(parentPid, "SIGSTOP");
    const next = await processes.fork(order);
    expect(next.pid).not.toBe(worker.pid);
    expect([processes.restarts, processes.parentPid === parentPid]).toEqual([1, false]);
    for (const one of [worker, next]) one.kill();
    await close();
  });

  it("end though the parent is stopped, and are gone then", async () => {
    const { processes, close, order } = await started(3000);
    const worker = await processes.fork(order);
    const { parentPid = 0 } = processes;
    process.kill(parentPid, "SIGSTOP");
    worker.kill();
    await close();
    expect(() => process.kill(parentPid, 0)).toThrow("ESRCH");
  });
});

import { existsSync } from "node:fs";
import path from "node:path";
import type { HealthCheck } from "@gatehouse/core/health";
import type { Config } from "../../config/types.js";
import { examined, failed, ok, warning } from "../../server/doctor/check.js";
import { diskCheck } from "../../server/doctor/disk.js";
import { readRunFile } from "../../server/run-files.js";
import { portCheck } from "./port.js";

/** What can be looked at on this machine while no gateway answers on a data folder. */
export async function stoppedChecks(dataDir: string, config: Config | undefined): Promise<HealthCheck[]> {
  const lists = await Promise.all([
    runFileCheck(dataDir),
    examined("data-folder", "Look at the folder by hand.", () => folderCheck(dataDir)),
    ...(config?.listeners ?? []).map(({ address }) =>
      examined(`port:${address}`, "Look at the listener's address.", () => portCheck(address)),
    ),
  ]);
  return lists.flat();
}

function runFileCheck(dataDir: string): HealthCheck[] {
  const run = readRunFile(dataDir);
  if (run === undefined) return [];
  const file = path.join(dataDir, "run.json");
  return isAlive(run.pid)
    ? [
        failed(
          "run-file",
          `Process ${run.pid}, which ${file} names, is there, and its gateway does not answer.`,
          "It may be starting or stopping, it may be stuck, or another program has its number: look at its log.",
        ),
      ]
    : [
        warning(
          "run-file",
          `${file} is left from a gateway that ended without an order (process ${run.pid}).`,
          "The next start replaces it. See why it ended: its log, and the system's (out of memory, kill -9).",
        ),
      ];
}

/** Signal 0 is never sent: the system only says whether it could be. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function folderCheck(dataDir: string): Promise<HealthCheck> {
  if (existsSync(dataDir)) return { ...(await diskCheck(dataDir)), id: "data-folder" };
  return ok("data-folder", `${path.resolve(dataDir)} is not there yet: the first start makes it.`);
}

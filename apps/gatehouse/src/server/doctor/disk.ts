import { randomUUID } from "node:crypto";
import { rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { bytes } from "./words.js";

const MIB = 1024 * 1024;
const FEW = 2048 * MIB;
const TOO_FEW = 200 * MIB;
const FEW_PART = 0.1;

export interface Space {
  /** For a process that is not root. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Whether the data folder can be written, and has room. */
export async function diskCheck(dataDir: string): Promise<HealthCheck> {
  const probe = path.join(dataDir, `.doctor-${randomUUID()}`);
  try {
    // Permission bits do not tell: root passes them all, and a file system that went read-only keeps them.
    await writeFile(probe, "written by gatehouse doctor", { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    return failed(
      "disk",
      `The data folder ${dataDir} cannot be written: ${(thrown as Error).message}.`,
      "Look at its owner and mode, and at whether its file system is full or mounted read-only.",
    );
  } finally {
    await rm(probe, { force: true });
  }
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return judgeSpace(dataDir, { freeBytes: bavail * bsize, totalBytes: blocks * bsize });
}

export function judgeSpace(dataDir: string, { freeBytes, totalBytes }: Space): HealthCheck {
  const finding = `${bytes(freeBytes)} of ${bytes(totalBytes)} are free for ${dataDir}.`;
  const advice =
    "Make room: uploads, the cache of published content and the embedded database are there. PostgreSQL stops when its disk is full.";
  if (freeBytes < TOO_FEW) return failed("disk", finding, advice);
  if (freeBytes < FEW || freeBytes < totalBytes * FEW_PART) return warning("disk", finding, advice);
  return ok("disk", finding);
}

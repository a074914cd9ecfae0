import { stat } from "node:fs/promises";
import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import type { DoctorParts } from "./parts.js";

const GROUP_AND_OTHERS = 0o077;

/** Whether the instance key is there for the next start, and nobody but its owner reads it. */
export async function instanceKeyCheck({ path, own }: DoctorParts["keyFile"]): Promise<HealthCheck> {
  let mode: number;
  try {
    mode = (await stat(path)).mode & 0o777;
  } catch (thrown) {
    return failed(
      "instance-key",
      `The instance key ${path} cannot be looked at: ${(thrown as Error).message}.`,
      "The running gateway still has it in memory; without the file it does not start again, and its secrets are lost. Put it back from a backup.",
    );
  }
  // Windows has access lists in place of these bits, and shows every file as readable by all.
  if (process.platform === "win32" || (mode & GROUP_AND_OTHERS) === 0)
    return ok("instance-key", `Only its owner reads the instance key ${path}.`);
  return warning(
    "instance-key",
    `Others on this machine may read the instance key ${path} (mode 0${mode.toString(8)}).`,
    own
      ? `It was made with mode 0600 and was changed since: chmod 600 ${path}`
      : `Who has it and a dump of the database has every secret: chmod 600 ${path}, or mount it so that only the gateway reads it.`,
  );
}

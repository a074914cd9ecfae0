import { tmpdir } from "node:os";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";

/** How `prepareLayout` calls the folder of sockets. */
const SOCKETS = /^gatehouse-[0-9a-f]{12}$/;

/**
 * Makes the error that ends a start.
 * @param message for the operator: what is wrong and what to do about it
 * @param detail for the log: output of PostgreSQL, paths, codes
 */
export function refusal(message: string, detail?: string, cause?: unknown): GatehouseError {
  return new GatehouseError("start-refused", message, {
    ...(detail === undefined ? {} : { detail }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether the thrown thing is a system error with one of these codes, such as `ENOENT`. */
export function hasCode(thrown: unknown, ...codes: string[]): boolean {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}

/** Turns whatever a start threw into a `start-refused` error; one that is already ours passes unchanged. */
export function asRefusal(thrown: unknown, dataDir: string): GatehouseError {
  if (thrown instanceof GatehouseError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const elsewhere = socketsFolder(thrown);
  const folder = elsewhere === undefined ? `the data folder ${dataDir}` : `the folder for temporary files ${elsewhere}`;
  if (hasCode(thrown, "EACCES", "EPERM", "EROFS")) {
    const advice =
      elsewhere === undefined
        ? "give the folder to the user that runs the gateway, or choose another one"
        : "let the user that runs the gateway write there, or choose another one by TMPDIR";
    return refusal(`This user may not write ${folder}: ${advice}.`, detail, thrown);
  }
  if (hasCode(thrown, "ENOSPC", "EDQUOT"))
    return refusal(`There is no space left for ${folder}: free some, then start again.`, detail, thrown);
  if (hasCode(thrown, "ENOTDIR", "EEXIST"))
    return refusal(`The data folder ${dataDir} cannot be made: something there is no folder.`, detail, thrown);
  return refusal(`The embedded database in ${dataDir} did not start; the log has the cause.`, detail, thrown);
}

/** The folder for temporary files, where a system error is about the one for sockets in it: their names have to be short. */
function socketsFolder(thrown: unknown): string | undefined {
  const where = thrown instanceof Error && "path" in thrown ? thrown.path : undefined;
  if (typeof where !== "string" || !SOCKETS.test(path.basename(where))) return undefined;
  const folder = path.dirname(where);
  return [path.resolve(tmpdir()), "/tmp"].includes(folder) ? folder : undefined;
}

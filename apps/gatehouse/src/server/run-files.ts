import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Mount } from "../config/types.js";

/** How the command on this machine finds the instance of a data folder. */
export interface RunFile {
  readonly pid: number;
  /** Where the API is; null when no listener mounts it. */
  readonly api: string | null;
  /** SHA-256 of the certificate that the HTTPS listener shows: the one to trust, whatever names it is for. */
  readonly fingerprint: string | null;
  /** Every listener, for the command's doctor; a gateway of version 0.1 did not say. */
  readonly listeners?: readonly { readonly url: string; readonly mounts: readonly Mount[] }[];
}

const fileOf = (dataDir: string) => path.join(dataDir, "run.json");
const tokenOf = (dataDir: string) => path.join(dataDir, "admin.token");

function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export const writeRunFile = (dataDir: string, run: RunFile): void => write(fileOf(dataDir), `${JSON.stringify(run)}\n`);
export const removeRunFile = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });
export const writeAdminToken = (dataDir: string, token: string): void => write(tokenOf(dataDir), `${token}\n`);

/** @returns undefined when no instance runs on this folder */
export function readRunFile(dataDir: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), "utf8")) as RunFile;
  } catch {
    return undefined;
  }
}

/** @returns undefined when this folder's instance did not make a token */
export function readAdminToken(dataDir: string): string | undefined {
  try {
    return readFileSync(tokenOf(dataDir), "utf8").trim();
  } catch {
    return undefined;
  }
}

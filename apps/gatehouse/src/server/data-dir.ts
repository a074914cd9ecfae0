import { mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Makes a data folder that others may not enter; the folders above it are as any other program would make them, for the
 * embedded database may be another user's, who has to pass through.
 */
export function makeDataDir(dataDir: string): void {
  mkdirSync(path.dirname(dataDir), { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}

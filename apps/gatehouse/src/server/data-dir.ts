import { mkdirSync } from "node:fs";
import path from "node:path";
import { asRefusal } from "@gatehouse/store";

/**
 * Makes a data folder that others may not enter. Folders above it get the rights that are usual here: where the embedded
 * database is another user's, that one has to pass through them.
 * @throws start-refused where this user cannot make it
 */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(path.dirname(dataDir), { recursive: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw asRefusal(thrown, dataDir);
  }
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Exchange {
  request: { method: string; path: string; headers: [string, string][]; body: string };
  note?: { authOk?: boolean };
}

export interface Recording {
  file: string;
  registrationKey?: string;
  exchanges: Exchange[];
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/dsc");

/** Recorded exchanges of real LCMs; empty where the recordings are not at hand. */
export const recordings: Recording[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({ ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording), file }))
  : [];

export const noRecordings = recordings.length === 0;

if (noRecordings) {
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
}

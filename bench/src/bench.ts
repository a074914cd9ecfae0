import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { postgresVersion } from "./dsc/fleet.js";
import { environment } from "./environment.js";
import { type Load, startLoad } from "./load/load.js";
import { startGateway } from "./process/gateway.js";
import { type Findings, type Report, reportOf } from "./report.js";
import type { Settings } from "./settings.js";

/** Says what is measured next. */
export type Say = (line: string) => void;

/** What is said before it, and the measurement. */
export type Part = readonly [about: string, measure: (dir: string, load: Load) => Findings | Promise<Findings>];

/**
 * A benchmark: its parts are measured one after the other, in a folder of its own that goes when it is done.
 */
export async function bench<S extends Settings>(
  name: string,
  settings: S,
  say: Say,
  parts: readonly Part[],
): Promise<Report> {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  // Where root may make no user namespaces, PostgreSQL is another user.
  chmodSync(dir, 0o711);
  const load = startLoad();
  try {
    const probe = await startGateway(path.join(dir, "probe"));
    const postgresql = await postgresVersion(probe.database);
    await probe.stop();
    const found: Findings[] = [];
    for (const [about, measure] of parts) {
      say(about);
      found.push(await measure(dir, load));
    }
    return reportOf(name, environment(postgresql), settings, found);
  } finally {
    load.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

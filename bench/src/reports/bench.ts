import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { postgresVersion } from "../dsc/fleet.js";
import { environment } from "../environment.js";
import { startLoad } from "../load/load.js";
import { startGateway } from "../process/gateway.js";
import { type Report, reportOf } from "../report.js";
import { acceptance } from "./acceptance.js";
import { drain } from "./drain.js";
import { reading } from "./reading.js";
import { reportsSettings } from "./settings.js";

/** Every measurement of reports, in a folder of its own that goes when it is done. */
export async function benchReports(quick: boolean, say: (line: string) => void): Promise<Report> {
  const settings = reportsSettings(quick);
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const load = startLoad();
  try {
    const probe = await startGateway(path.join(dir, "probe"));
    const postgresql = await postgresVersion(probe.database);
    await probe.stop();
    say(`accepting reports of ${settings.connections} agents beside the yardstick`);
    const accepted = await acceptance(dir, load, settings);
    say(`backlogs of ${settings.backlog} reports`);
    const drained = await drain(dir, settings);
    say(`making a fleet of ${settings.nodes} nodes with their reports`);
    const read = await reading(dir, settings, say);
    return reportOf("reports", environment(postgresql), settings, [accepted, drained, read]);
  } finally {
    load.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

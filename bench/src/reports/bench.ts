import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { acceptance } from "./acceptance.js";
import { drain } from "./drain.js";
import { reading } from "./reading.js";
import { reportsSettings } from "./settings.js";

/** Every measurement of reports. */
export function benchReports(quick: boolean, say: Say): Promise<Report> {
  const settings = reportsSettings(quick);
  const { connections, backlog, nodes } = settings;
  return bench("reports", settings, say, [
    [`accepting reports of ${connections} agents beside the yardstick`, (dir, load) => acceptance(dir, load, settings)],
    [`backlogs of ${backlog} reports`, (dir) => drain(dir, settings)],
    [`making a fleet of ${nodes} nodes with their reports`, (dir) => reading(dir, settings, say)],
  ]);
}

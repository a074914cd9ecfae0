import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { waitsSettings } from "./settings.js";
import { waiting } from "./waiting.js";

/** Agents that wait until they are woken. */
export function benchWaits(quick: boolean, say: Say): Promise<Report> {
  const settings = waitsSettings(quick);
  return bench("waits", settings, say, [
    [`${settings.waiting} agents wait, and are all woken`, (dir) => waiting(dir, settings, say)],
  ]);
}

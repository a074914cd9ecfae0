import { sampleInventory } from "@gatehouse/simulator";
import { bench, type Say } from "../bench.js";
import { jsonSample } from "../inventory/sample.js";
import type { Report } from "../report.js";
import { backup, backupSettings } from "./backup.js";
import { listeners } from "./listeners.js";
import { recording } from "./recording.js";
import { watchSettings } from "./settings.js";

/** What it costs to look at what agents say. */
export function benchWatch(quick: boolean, say: Say): Promise<Report> {
  const settings = watchSettings(quick);
  const sample = jsonSample(sampleInventory("bench").json, 0);
  return bench("watch", settings, say, [
    ["check-ins and inventories with and without a recording", (dir, load) => recording(dir, load, sample, settings)],
    [`${settings.listeners} listeners on the stream`, (dir, load) => listeners(dir, load, settings)],
    [
      `a backup of ${backupSettings(quick).nodes} nodes beside agents`,
      (dir) => backup(dir, backupSettings(quick), say),
    ],
  ]);
}

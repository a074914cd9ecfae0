import { sampleInventory } from "@gatehouse/simulator";
import { bench, type Part, type Say } from "../bench.js";
import { jsonSample } from "../inventory/sample.js";
import type { Report } from "../report.js";
import { backup, backupSettings } from "./backup.js";
import { listeners } from "./listeners.js";
import { recording } from "./recording.js";
import { watchSettings } from "./settings.js";

/** What it costs to look at what agents say. */
export function benchWatch(quick: boolean, say: Say): Promise<Report> {
  return bench("watch", watchSettings(quick), say, [
    recorded(quick),
    followed(quick),
    [
      `a backup of ${backupSettings(quick).nodes} nodes beside agents`,
      (dir) => backup(dir, backupSettings(quick), say),
    ],
  ]);
}

/** Of that, what recording costs. */
export const benchRecording = (quick: boolean, say: Say): Promise<Report> =>
  bench("recording", watchSettings(quick), say, [recorded(quick)]);

/** Of that, what those cost who follow. */
export const benchListeners = (quick: boolean, say: Say): Promise<Report> =>
  bench("listeners", watchSettings(quick), say, [followed(quick)]);

function recorded(quick: boolean): Part {
  const settings = watchSettings(quick);
  const sample = jsonSample(sampleInventory("bench").json, 0);
  return [
    "check-ins and inventories with and without a recording",
    (dir, load) => recording(dir, load, sample, settings),
  ];
}

function followed(quick: boolean): Part {
  const settings = watchSettings(quick);
  return [`${settings.listeners} listeners on the stream`, (dir, load) => listeners(dir, load, settings)];
}

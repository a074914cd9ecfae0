import { sampleInventory } from "@gatehouse/simulator";
import { bench, type Say } from "../bench.js";
import { jsonSample } from "../inventory/sample.js";
import type { Report } from "../report.js";
import { encryptedInventories } from "./inventories.js";
import { registrations } from "./registrations.js";
import { registerSettings } from "./settings.js";

/** Every measurement of registrations and of what is encrypted after them. */
export function benchRegister(quick: boolean, say: Say): Promise<Report> {
  const settings = registerSettings(quick);
  const { liveKeys, inventories } = settings;
  const sample = jsonSample(sampleInventory("bench").json, 0);
  return bench("register", settings, say, [
    [`registrations by token beside the yardstick, ${liveKeys} live keys`, (dir) => registrations(dir, settings)],
    [
      `inventories of ${inventories} agents, plain and encrypted`,
      (dir, load) => encryptedInventories(dir, load, sample, settings),
    ],
  ]);
}

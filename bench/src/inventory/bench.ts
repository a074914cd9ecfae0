import { sampleInventory } from "@gatehouse/simulator";
import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { acceptance } from "./acceptance.js";
import { atOnce } from "./at-once.js";
import { processing } from "./processing.js";
import { jsonSample, xmlSample } from "./sample.js";
import { inventorySettings } from "./settings.js";

/** Every measurement of inventories. */
export function benchInventory(quick: boolean, say: Say): Promise<Report> {
  const settings = inventorySettings(quick);
  const madeUp = sampleInventory("bench");
  const json = jsonSample(madeUp.json, settings.changedPackages);
  const xml = xmlSample(madeUp.xml);
  return bench("inventory", settings, say, [
    ["accepting inventories beside the yardstick", (dir, load) => acceptance(dir, load, json, settings)],
    ["processing inventories", (dir, load) => processing(dir, load, { json, xml }, settings, say)],
    [`${settings.atOnce} inventories at once`, (dir, load) => atOnce(dir, load, json, settings)],
  ]);
}

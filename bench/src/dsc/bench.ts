import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { growth } from "./growth.js";
import { dscSettings } from "./settings.js";
import { speed } from "./speed.js";
import { start } from "./start.js";

/** Every measurement of the DSC protocol. */
export function benchDsc(quick: boolean, say: Say): Promise<Report> {
  const settings = dscSettings(quick);
  return bench("dsc", settings, say, [
    ["starts and memory", (dir) => start(dir, settings)],
    ["check-in and download beside the yardsticks", (dir, load) => speed(dir, load, settings)],
    [`check-in at ${settings.manyNodes} nodes`, (dir, load) => growth(dir, load, settings)],
  ]);
}

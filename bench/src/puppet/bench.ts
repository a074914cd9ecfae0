import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { answers } from "./answers.js";
import { puppetSettings } from "./settings.js";
import { speed } from "./speed.js";

/** Every measurement of Puppet's API v3. */
export function benchPuppet(quick: boolean, say: Say): Promise<Report> {
  const settings = puppetSettings(quick);
  return bench("puppet", settings, say, [
    ["what agents ask, by mutual TLS, beside the yardsticks", (dir, load) => speed(dir, load, settings, say)],
    ["pluginsync and a declared catalog", (dir, load) => answers(dir, load, settings)],
  ]);
}

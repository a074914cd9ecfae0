import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { waitsSettings } from "../waits/settings.js";
import { waiting } from "../waits/waiting.js";
import { configs } from "./config.js";
import { orders } from "./orders.js";
import { parts } from "./parts.js";
import { jobsSettings } from "./settings.js";

/** Every measurement of work for agents. */
export function benchJobs(quick: boolean, say: Say): Promise<Report> {
  const settings = jobsSettings(quick);
  const waits = waitsSettings(quick);
  return bench("jobs", settings, say, [
    [`the configuration of ${settings.agents} agents without work`, (dir, load) => configs(dir, load, settings)],
    ["parts of files beside the yardstick", (dir, load) => parts(dir, load, settings)],
    [`${settings.orders} orders for ${settings.nodes} nodes`, (dir) => orders(dir, settings)],
    [`${waits.waiting} agents wait, and are all woken`, (dir) => waiting(dir, waits, say)],
  ]);
}

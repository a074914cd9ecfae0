import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { applying } from "./apply.js";
import { checkIns } from "./check-in.js";
import { listing } from "./listing.js";
import { resolution } from "./resolution.js";
import { fleetSettings } from "./settings.js";

/** Every measurement of groups, of apply, and of lists of nodes. */
export function benchFleet(quick: boolean, say: Say): Promise<Report> {
  const settings = fleetSettings(quick);
  return bench("fleet", settings, say, [
    [`what ${settings.resolved} nodes get of ${settings.groups} groups`, () => resolution(settings)],
    ["check-ins without and with groups", (dir, load) => checkIns(dir, load, settings)],
    [`${settings.documents} documents applied`, (dir) => applying(dir, settings)],
    [`lists of ${settings.nodes} nodes`, (dir) => listing(dir, settings, say)],
  ]);
}

import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { neighbours } from "./neighbours.js";
import { compileSettings } from "./settings.js";
import { speed } from "./speed.js";
import { firstCatalog } from "./start.js";

/** Puppet code compiled by Ruby workers. */
export function benchCompile(quick: boolean, say: Say): Promise<Report> {
  const settings = compileSettings(quick);
  return bench("compile", settings, say, [
    ["catalogs of Puppet code, by mutual TLS", (dir, load) => speed(dir, load, settings, say)],
    ["the first catalog after a start", (dir) => firstCatalog(dir, settings)],
    ["file requests while catalogs are compiled", (dir, load) => neighbours(dir, load, settings)],
  ]);
}

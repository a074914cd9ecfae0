import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { postgresVersion } from "../dsc/fleet.js";
import { environment } from "../environment.js";
import { startLoad } from "../load/load.js";
import { startGateway } from "../process/gateway.js";
import { type Report, reportOf } from "../report.js";
import { applying } from "./apply.js";
import { checkIns } from "./check-in.js";
import { listing } from "./listing.js";
import { resolution } from "./resolution.js";
import { fleetSettings } from "./settings.js";

/** Every measurement of groups and of lists of nodes, in a folder of its own that goes when it is done. */
export async function benchFleet(quick: boolean, say: (line: string) => void): Promise<Report> {
  const settings = fleetSettings(quick);
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const load = startLoad();
  try {
    const probe = await startGateway(path.join(dir, "probe"));
    const postgresql = await postgresVersion(probe.database);
    await probe.stop();
    say(`what ${settings.resolved} nodes get of ${settings.groups} groups`);
    const resolved = resolution(settings);
    say("check-ins without and with groups");
    const assigned = await checkIns(dir, load, settings);
    say(`${settings.documents} documents applied`);
    const applied = await applying(dir, settings);
    say(`lists of ${settings.nodes} nodes`);
    const listed = await listing(dir, settings, say);
    return reportOf("fleet", environment(postgresql), settings, [resolved, assigned, applied, listed]);
  } finally {
    load.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

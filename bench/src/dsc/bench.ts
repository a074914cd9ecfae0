import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { environment } from "../environment.js";
import { startLoad } from "../load/load.js";
import { startGateway } from "../process/gateway.js";
import { type Report, reportOf } from "../report.js";
import { postgresVersion } from "./fleet.js";
import { growth } from "./growth.js";
import { dscSettings } from "./settings.js";
import { speed } from "./speed.js";
import { start } from "./start.js";

/** Every measurement of the DSC protocol, in a folder of its own that goes when it is done. */
export async function benchDsc(quick: boolean, say: (line: string) => void): Promise<Report> {
  const settings = dscSettings(quick);
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const load = startLoad();
  try {
    const probe = await startGateway(path.join(dir, "probe"));
    const postgresql = await postgresVersion(probe.database);
    await probe.stop();
    say("starts and memory");
    const started = await start(dir, settings);
    say("check-in and download beside the yardsticks");
    const fast = await speed(dir, load, settings);
    say(`check-in at ${settings.manyNodes} nodes`);
    const grown = await growth(dir, load, settings);
    return reportOf("dsc", environment(postgresql), settings, [fast, grown, started]);
  } finally {
    load.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { postgresVersion } from "../dsc/fleet.js";
import { environment } from "../environment.js";
import { startLoad } from "../load/load.js";
import { startGateway } from "../process/gateway.js";
import { type Report, reportOf } from "../report.js";
import { bundles } from "./bundles.js";
import { enrolment } from "./enrolment.js";
import { revocation } from "./revocation.js";
import { caSettings } from "./settings.js";

/** Every measurement of the certificate authority, in a folder of its own that goes when it is done. */
export async function benchCa(quick: boolean, say: (line: string) => void): Promise<Report> {
  const settings = caSettings(quick);
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const load = startLoad();
  try {
    const probe = await startGateway(path.join(dir, "probe"));
    const postgresql = await postgresVersion(probe.database);
    await probe.stop();
    say(`certificates of ${settings.hosts} hosts at once beside bare signatures`);
    const enrolled = await enrolment(dir, settings);
    say("revocation lists and certificates by mutual TLS beside the yardstick");
    const fetched = await bundles(dir, load, settings);
    say(`an authority of ${settings.certificates} certificates, ${settings.revoked} of them revoked`);
    const revoked = await revocation(dir, settings, say);
    return reportOf("ca", environment(postgresql), settings, [enrolled, fetched, revoked]);
  } finally {
    load.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FleetSummary } from "@gatehouse/simulator";
import type { Session } from "./context.js";
import { publish, toPublish } from "./publish.js";
import type { FleetFlags } from "./simulate.js";

const NAME = "SimulatedWeb";
const MODULE_NAME = "xSimulated";
const MODULE_VERSION = "1.0.0.0";

/** Simulated DSC nodes with a sample configuration, and a registration key that goes when they are done. */
export async function simulateDsc(
  session: Session,
  count: number,
  { runs, rate }: FleetFlags,
  serverUrl?: string,
): Promise<FleetSummary> {
  const { simulateDscFleet } = await import("@gatehouse/simulator");
  await publishSamples(session);
  const { name, key } = await addKey(session);
  try {
    const { url, ca, fingerprint } = session.target;
    return await simulateDscFleet({
      serverUrl: serverUrl ?? `${url}/PSDSCPullServer.svc`,
      registrationKey: key,
      count,
      runs,
      rate,
      configurationNames: [NAME],
      report: true,
      flavour: ["wmf51", "wmf50", "linux"],
      // A gateway of this machine is known by its fingerprint, which the calls above have checked.
      ...(fingerprint === undefined
        ? ca === undefined
          ? {}
          : { tls: { ca } }
        : { tls: { rejectUnauthorized: false } }),
    });
  } finally {
    const params = { path: { protocol: "dsc", key: name } };
    await session.ask((api) => api.DELETE("/enrolment-keys/{protocol}/{key}", { params }));
  }
}

function addKey(session: Session) {
  const body = { name: `simulation-${process.pid}-${Date.now()}` };
  return session.ask((api) => api.POST("/enrolment-keys/{protocol}", { params: { path: { protocol: "dsc" } }, body }));
}

/** The sample configuration and its module, through the same door as an operator's own. */
async function publishSamples(session: Session): Promise<void> {
  const { sampleConfiguration, sampleModule } = await import("@gatehouse/simulator");
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-samples-"));
  try {
    const module = { name: MODULE_NAME, version: MODULE_VERSION };
    const files: [string, Buffer][] = [
      [`${MODULE_NAME}_${MODULE_VERSION}.zip`, await sampleModule(MODULE_NAME, MODULE_VERSION)],
      [`${NAME}.mof`, sampleConfiguration({ name: NAME, module })],
    ];
    for (const [name, content] of files) {
      const file = path.join(dir, name);
      writeFileSync(file, content);
      await publish(session, toPublish(file));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

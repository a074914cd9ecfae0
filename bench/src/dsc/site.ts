import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { sampleConfiguration } from "@gatehouse/simulator";
import { type Gateway, gatehouse, startGateway } from "../process/gateway.js";
import { CONFIGURATION, makeFleet } from "./fleet.js";

const SIZE = 64 * 1024;

/** A gateway that serves a made-up fleet. */
export interface Site {
  readonly gateway: Gateway;
  /** Of the published configuration, as agents send it. */
  readonly checksum: string;
}

/** Starts a gateway in a new folder, fills its database and publishes the configuration of 64 kB through its API. */
export async function newSite(dir: string, name: string, agents: number): Promise<Site> {
  const gateway = await startGateway(path.join(dir, name));
  await makeFleet(gateway.database, agents);
  const mof = sampleConfiguration({ name: CONFIGURATION, size: SIZE });
  const file = path.join(dir, `${CONFIGURATION}.mof`);
  writeFileSync(file, mof);
  await gatehouse(gateway.dataDir, "dsc", "publish", file);
  return { gateway, checksum: createHash("sha256").update(mof).digest("hex").toUpperCase() };
}

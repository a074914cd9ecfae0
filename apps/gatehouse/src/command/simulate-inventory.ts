import { randomBytes } from "node:crypto";
import type { FusionFleetSummary, InventoryFleetSummary, InventoryLogin, InventoryProgram } from "@gatehouse/simulator";
import type { Session } from "./context.js";
import type { FleetFlags } from "./simulate.js";

/** Where agents of each program are pointed by habit. */
const PATHS: Readonly<Record<InventoryProgram, string>> = {
  glpi: "/front/inventory.php",
  fusioninventory: "/plugins/fusioninventory/",
  ocs: "/ocsinventory",
};

/** How simulated inventory agents prove who they are. */
export interface InventoryProofs {
  /** A UUID: what GLPI agents register with. */
  readonly registerToken?: string;
  readonly login?: InventoryLogin;
}

/** What all of them are told; each machine is a new one, and stays. */
async function fleetOf(
  session: Session,
  program: InventoryProgram,
  count: number,
  { runs, rate, login }: FleetFlags & InventoryProofs,
  server: string | undefined,
  name?: string,
) {
  const { url, ca, fingerprint } = session.target;
  // The machines of another fleet are other machines: theirs start anew, as a first inventory does.
  const fleet = name ?? randomBytes(3).toString("hex");
  // A gateway of this machine is known by its fingerprint, which the call below has checked.
  await session.ask((api) => api.GET("/status"));
  return {
    serverUrl: `${(server ?? url).replace(/\/$/, "")}${PATHS[program]}`,
    name: (n: number) => `sim-${program}-${fleet}-${String(n).padStart(4, "0")}`,
    ...{ count, runs, rate },
    ...(login === undefined ? {} : { login }),
    ...(fingerprint === undefined ? (ca === undefined ? {} : { tls: { ca } }) : { tls: { rejectUnauthorized: false } }),
  };
}

/** Simulated inventory agents of one program. */
export async function simulateInventory(
  session: Session,
  program: InventoryProgram,
  count: number,
  flags: FleetFlags & InventoryProofs,
  server?: string,
): Promise<InventoryFleetSummary> {
  const { simulateInventoryFleet } = await import("@gatehouse/simulator");
  const { registerToken } = flags;
  return simulateInventoryFleet({
    program,
    ...(await fleetOf(session, program, count, flags, server)),
    ...(registerToken === undefined ? {} : { registerToken }),
  });
}

/** When a fleet that has a name was started for the first time. */
const FIRST_START = new Date("2026-01-01T00:00:00Z");

/**
 * Simulated FusionInventory agents, which do their jobs too: what those do to a machine is pretended.
 * @param fleet the same machines again each time; new ones without
 */
export async function simulateFusion(
  session: Session,
  count: number,
  flags: FleetFlags & InventoryProofs,
  server?: string,
  fleet?: string,
): Promise<FusionFleetSummary> {
  const { simulateFusionFleet } = await import("@gatehouse/simulator");
  return simulateFusionFleet({
    ...(await fleetOf(session, "fusioninventory", count, flags, server, fleet)),
    ...(fleet === undefined ? {} : { firstStart: FIRST_START }),
    form: "both",
  });
}

import { randomBytes } from "node:crypto";
import type { InventoryFleetSummary, InventoryLogin, InventoryProgram } from "@gatehouse/simulator";
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

/** Simulated inventory agents of one program; each machine is a new one, and stays. */
export async function simulateInventory(
  session: Session,
  program: InventoryProgram,
  count: number,
  { runs, rate, registerToken, login }: FleetFlags & InventoryProofs,
  server?: string,
): Promise<InventoryFleetSummary> {
  const { simulateInventoryFleet } = await import("@gatehouse/simulator");
  const { url, ca, fingerprint } = session.target;
  // The machines of another fleet are other machines: theirs start anew, as a first inventory does.
  const fleet = randomBytes(3).toString("hex");
  // A gateway of this machine is known by its fingerprint, which the call below has checked.
  await session.ask((api) => api.GET("/status"));
  return simulateInventoryFleet({
    program,
    serverUrl: `${(server ?? url).replace(/\/$/, "")}${PATHS[program]}`,
    name: (n) => `sim-${program}-${fleet}-${String(n).padStart(4, "0")}`,
    count,
    runs,
    rate,
    ...(registerToken === undefined ? {} : { registerToken }),
    ...(login === undefined ? {} : { login }),
    ...(fingerprint === undefined ? (ca === undefined ? {} : { tls: { ca } }) : { tls: { rejectUnauthorized: false } }),
  });
}

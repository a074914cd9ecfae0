import path from "node:path";
import type { Load } from "../load/load.js";
import { startGateway } from "../process/gateway.js";
import { treePss } from "../process/memory.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { planFor } from "../rounds.js";
import { worst } from "../stats.js";
import { bodiesFile, glpiInventory } from "./requests.js";
import type { Sample } from "./sample.js";
import type { InventorySettings } from "./settings.js";

/** Milliseconds between two looks at the memory. */
const LOOK_MS = 25;
/** Times that all of them come. */
const WAVES = 6;

/** The most memory that a gateway has while many inventories come at the same moment and are processed. */
export async function atOnce(dir: string, load: Load, sample: Sample, settings: InventorySettings): Promise<Findings> {
  const gateway = await startGateway(path.join(dir, "at-once"));
  const probe = await Probe.open(gateway.database);
  const agents = settings.atOnce;
  const seen: number[] = [];
  const look = () => {
    const now = treePss(gateway.pid, gateway.postmaster);
    if (now !== undefined) seen.push(now);
  };
  const watching = setInterval(look, LOOK_MS);
  try {
    const subject = { name: "Gatehouse", port: gateway.port, pid: gateway.pid, postmaster: gateway.postmaster, agents };
    for (let wave = 0; wave < WAVES; wave++) {
      const shape = glpiInventory(bodiesFile(dir, "wave.bodies", sample, agents, wave));
      const plan = planFor(subject, shape, undefined, settings);
      await load.run({ ...plan, connections: agents, settleSeconds: 0, seconds: 3_600, maxRequests: agents });
      await probe.emptied();
    }
  } finally {
    clearInterval(watching);
    await probe.close();
    await gateway.stop();
  }
  return {
    goals: [
      {
        id: "inventories-at-once",
        what: `${agents} inventories at once`,
        judgedBy: "the most memory (PSS) of the gateway without PostgreSQL",
        unit: "MB",
        atMost: 400,
        measured: seen.length === 0 ? null : worst(seen),
      },
    ],
    cases: [],
  };
}

import path from "node:path";
import { writeBodies } from "../load/bodies.js";
import type { RequestShape } from "../load/types.js";
import type { Sample } from "./sample.js";

/** INVENTORY as GLPI Agent sends it, each agent its own. */
export const glpiInventory = (bodies: string): RequestShape => ({
  method: "POST",
  path: "/",
  headers: {
    "User-Agent": "GLPI-Agent_v1.12",
    "Content-Type": "application/x-compress-zlib",
    "GLPI-Agent-ID": "{agent}",
    Pragma: "no-cache",
    TE: "deflate,gzip;q=0.3",
  },
  body: "",
  bodies,
});

/** INVENTORY as FusionInventory Agent sends it. */
export const fusionInventory = (bodies: string): RequestShape => ({
  method: "POST",
  path: "/plugins/fusioninventory/",
  headers: {
    "User-Agent": "FusionInventory-Agent_v2.6-3",
    "Content-Type": "application/x-compress-zlib",
    Pragma: "no-cache",
  },
  body: "",
  bodies,
});

/** A file with the inventories of agents in one state, in a folder that goes with the benchmark. */
export function bodiesFile(dir: string, name: string, sample: Sample, agents: number, revision = 0): string {
  const file = path.join(dir, name);
  const each = function* () {
    for (let agent = 0; agent < agents; agent++) yield sample.body({ agent, revision });
  };
  writeBodies(file, each());
  return file;
}

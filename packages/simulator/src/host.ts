import { createHash } from "node:crypto";
import type { Flavour } from "./flavour.js";

/** The machine a simulated LCM claims to run on; made from its AgentId, so the same agent is always the same machine. */
export interface Host {
  readonly nodeName: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly mac: readonly string[];
  /** All addresses in one text, as registrations and start reports carry it. */
  readonly ipAddress: string;
}

/**
 * @param agentId seeds addresses and name
 * @param flavour WMF writes zones and the odd `::2000:0:0:0`; DSC for Linux ends the list with ";" and cuts it at 254
 * @param nodeName name to claim instead of the made-up one
 */
export function simulatedHost(agentId: string, flavour: Flavour, nodeName?: string): Host {
  const seed = createHash("sha256").update(agentId.toUpperCase()).digest();
  const group = (offset: number): string => seed.readUInt16BE(offset).toString(16);
  const ipv4 = [`10.${seed[0]}.${seed[1]}.${seed[2]}`, "127.0.0.1"];
  const linkLocal = `fe80::${group(4)}:${group(6)}:${group(8)}:${group(10)}`;
  const linux = flavour === "linux";
  const ipv6 = linux ? ["::1", linkLocal] : [`${linkLocal}%5`, "::2000:0:0:0", "::1", "::2000:0:0:0"];
  const mac = `00-15-5D-${[...seed.subarray(12, 15)].map((byte) => byte.toString(16).padStart(2, "0")).join("-")}`;
  const list = [...ipv4, ...ipv6].join(";");
  return {
    nodeName: nodeName ?? `SIM-${seed.toString("hex", 16, 20).toUpperCase()}`,
    ipv4,
    ipv6,
    mac: [mac.toUpperCase(), "00-00-00-00-00-00-00-E0"],
    ipAddress: linux ? `${list};`.slice(0, 254) : list,
  };
}

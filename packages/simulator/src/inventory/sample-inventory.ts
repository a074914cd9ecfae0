import { glpiContent, legacyContent } from "./content.js";
import { machineOf } from "./machine.js";
import { requestXml } from "./xml.js";

/** A full inventory of a made-up machine, as agents send it before they pack it. */
export interface SampleInventory {
  /** GLPI Agent's message. */
  readonly json: {
    readonly action: "inventory";
    readonly deviceid: string;
    readonly itemtype: "Computer";
    readonly content: Readonly<Record<string, unknown>>;
  };
  /** FusionInventory Agent's message. */
  readonly xml: string;
}

const PROVIDER = { versionClient: "GLPI-Agent_v1.12", name: "GLPI", version: "1.12", args: "" };
const LEGACY = { versionClient: "FusionInventory-Agent_v2.6-3", name: "FusionInventory", version: "2.6-3", args: "" };

/** About 1,000 packages: 150 kB of JSON without white space, 300 kB of XML. The same for the same name. */
export function sampleInventory(name: string): SampleInventory {
  const now = new Date("2026-11-20T10:00:00Z");
  const machine = machineOf({ name, runs: 0, now });
  const deviceid = `${name}-2026-11-20-10-00-00`;
  return {
    json: { action: "inventory", deviceid, itemtype: "Computer", content: glpiContent(machine, PROVIDER) },
    xml: requestXml({ deviceid, query: "INVENTORY", content: legacyContent(machine, LEGACY) }),
  };
}

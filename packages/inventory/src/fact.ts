import { GatehouseError } from "@gatehouse/core/errors";
import type { InventoryFact, InventoryScope, Repair } from "@gatehouse/core/inventory";
import { hostOf, parseDeviceId } from "./agents.js";
import { seal } from "./canonical/seal.js";
import { evidenceOf } from "./evidence.js";
import { cleanText } from "./repair/casts.js";
import { repair } from "./repair/repair.js";
import { Repairs } from "./repair/repairs.js";

/** An inventory as a dialect took it from the wire, names of keys in lower case, values as they were said. */
export interface InventoryMessage {
  readonly deviceId: string;
  /** `Computer` where none is said. */
  readonly itemType?: string;
  readonly scope: InventoryScope;
  readonly tag?: string;
  /** By section. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly of: InventoryFact["of"];
  /** What was put right on the way to this form. */
  readonly repairs?: readonly Repair[];
  /** For content that names none, as that of OCS: the User-Agent. */
  readonly versionClient?: string;
}

/**
 * What an inventory says of its machine, ready to be stored: repaired, in canonical form, with digests. Never refuses a
 * whole message for what is wrong in a part of it. Pure; a few milliseconds for a full inventory.
 * @throws request-malformed for a message without a deviceid, or whose content is no object
 */
export function inventoryFactOf(message: InventoryMessage): InventoryFact {
  const deviceId = parseDeviceId(message.deviceId);
  const { content: said } = message;
  if (typeof said !== "object" || said === null || Array.isArray(said))
    throw new GatehouseError("request-malformed", "The message's content is no object.");
  const repairs = new Repairs(message.repairs);
  const itemType = itemTypeOf(message.itemType, repairs);
  const { content, tag } = repair(said, repairs);
  const versionClient = textIn(content["versionclient"]) ?? textIn(message.versionClient) ?? "unknown";
  const whole = { ...content, versionclient: versionClient };
  return {
    fact: "inventory",
    deviceId,
    itemType,
    scope: message.scope,
    name: nameIn(content) ?? textIn(hostOf(deviceId)),
    tag: textIn(message.tag) ?? tag,
    versionClient,
    sections: new Map(Object.entries(whole).map(([name, section]) => [name, seal(name, section)])),
    evidence: evidenceOf(content),
    repairs: repairs.list(),
    of: message.of,
  };
}

/** Characters of a name, a tag, a version. */
const LONGEST = 255;

function textIn(value: unknown): string | undefined {
  const text = typeof value === "string" ? cleanText(value).slice(0, LONGEST).toWellFormed() : "";
  return text === "" ? undefined : text;
}

function nameIn(content: Readonly<Record<string, unknown>>): string | undefined {
  for (const section of ["hardware", "network_device"]) {
    const name = textIn((content[section] as Readonly<Record<string, unknown>> | undefined)?.["name"]);
    if (name !== undefined) return name;
  }
  return undefined;
}

const ITEM_TYPES: ReadonlyMap<string, string> = new Map(
  ["Computer", "NetworkEquipment", "Printer", "Phone", "Unmanaged"].map((type) => [type.toLowerCase(), type]),
);
const CUSTOM = /^Glpi\\CustomAsset\\[A-Za-z0-9_]{1,100}$/;

/** The types of assets that agents know; those of 1.13 may be of types that administrators made. */
function itemTypeOf(said: unknown, repairs: Repairs): string {
  if (said === undefined || said === "" || said === null) return "Computer";
  const type = typeof said === "string" ? said.trim() : "";
  const known = ITEM_TYPES.get(type.toLowerCase());
  if (known !== undefined || CUSTOM.test(type)) return known ?? type;
  repairs.note("changed", ["itemtype"], "Agents know no such type: Unmanaged.", said);
  return "Unmanaged";
}

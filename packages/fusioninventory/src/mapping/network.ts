import type { XmlTree } from "./tree.js";
import { type Json, said, textIn, textsOf, treeIn, treesOf } from "./values.js";

/** A device of the network, as one inventory. */
export interface NetworkDevice {
  /** What it is told from others by: its agent names itself only. Undefined where nothing is said of it. */
  readonly deviceId: string | undefined;
  readonly itemType: string;
  readonly content: Json;
}

/** Keys of a discovered device that say the same of it as an inventory's `network_device`. */
const DISCOVERED = ["contact", "firmware", "location", "model", "uptime", "description", "serial", "assettag"];
/** Sections that a device has beside its description, under the names that they have in an inventory. */
const SECTIONS = ["cartridges", "drives", "modems", "simcards"];
const EQUIPMENT = new Set(["networking", "storage", "power", "video", "kvm"]);
const ITEM_TYPES: ReadonlyMap<string, string> = new Map(
  ["Computer", "Phone", "Printer"].map((type) => [type.toLowerCase(), type]),
);

/**
 * A DEVICE of NETDISCOVERY: what could be seen of a host from outside (wire/xml-inventory.md section 4). Elements that nobody
 * knows say nothing: GLPI agents send AUTHPORT and AUTHPROTOCOL, over which the public converter loses the whole device.
 * @param version of the agent's module
 */
export function discoveredDevice(device: XmlTree, version: string | undefined): NetworkDevice {
  const text = (name: string) => textIn(device[name]);
  const type = typeOf(text("type") ?? "unmanaged");
  const workgroup = text("workgroup");
  const about = said({
    ...Object.fromEntries(DISCOVERED.map((name) => [name, text(name)])),
    type,
    name: text("snmphostname") ?? text("netbiosname") ?? text("dnshostname"),
    manufacturer: text("manufacturer") ?? text("netportvendor"),
    mac: text("mac") ?? text("macaddr"),
    ips: some(ipsOf(device)),
    credentials: text("authsnmp"),
  });
  return {
    deviceId: nameOf(about),
    itemType: itemTypeOf(type),
    content: said({
      versionclient: version ?? "missing",
      network_device: about,
      hardware: workgroup === undefined ? undefined : { workgroup },
      firmwares: firmwaresOf(text("firmware")),
    }),
  };
}

/**
 * A DEVICE of SNMPQUERY: all that SNMP told of it.
 * @returns undefined for one that only says what went wrong
 */
export function queriedDevice(device: XmlTree, version: string | undefined): NetworkDevice | undefined {
  const info = treeIn(device["info"]);
  const about = info && deviceOf(info);
  const content = said({
    ...Object.fromEntries(SECTIONS.map((name) => [name, some(treesOf(device[name]))])),
    firmwares: some(treesOf(device["firmwares"])) ?? firmwaresOf(textIn(info?.["firmware"])),
    network_device: about,
    pagecounters: treeIn(device["pagecounters"]),
    network_ports: some(treesOf(treeIn(device["ports"])?.["port"]).map(portOf)),
    network_components: some(treesOf(treeIn(device["components"])?.["component"]).map(componentOf)),
  });
  if (Object.keys(content).length === 0) return undefined;
  const type = textIn(info?.["type"]);
  return {
    deviceId: nameOf(about ?? {}),
    itemType: type === undefined ? "Computer" : itemTypeOf(type),
    content: { versionclient: version ?? "missing", ...content },
  };
}

function deviceOf(info: XmlTree): Json {
  const { id: _, ip: __, comments, macaddr, ...others } = info;
  const type = textIn(info["type"]);
  return said({
    ...others,
    type: type === undefined ? undefined : typeOf(type),
    description: textIn(comments) ?? textIn(info["description"]),
    mac: textIn(info["mac"]) ?? textIn(macaddr),
    ips: some(ipsOf(info)),
  });
}

/** The first of what a device is called, where it answers, and what is written on it. */
function nameOf({ name, ips, mac, serial }: Json): string | undefined {
  const said = [name, Array.isArray(ips) ? ips[0] : undefined, mac, serial];
  return said.find((value): value is string => typeof value === "string");
}

function portOf(port: XmlTree): Json {
  const { ip: _, vlans, connections, aggregate, ifinoctets, ifoutoctets, ...others } = port;
  const linked = treeIn(connections);
  return said({
    ...others,
    ips: some(ipsOf(port)),
    vlans: some(treesOf(treeIn(vlans)?.["vlan"])),
    aggregate: some(textsOf(treeIn(aggregate)?.["port"]).map(wholeOf)),
    connections: linked && some(treesOf(linked["connection"]).map(connectionOf)),
    lldp: linked?.["cdp"] === undefined ? undefined : textIn(linked["cdp"]) === "1",
    ifinbytes: textIn(ifinoctets) ?? textIn(others["ifinbytes"]),
    ifoutbytes: textIn(ifoutoctets) ?? textIn(others["ifoutbytes"]),
  });
}

function connectionOf(connection: XmlTree): Json {
  const number = textIn(connection["ifnumber"]);
  return said({ ...connection, ifnumber: number === undefined ? undefined : wholeOf(number) });
}

function componentOf({ containedinindex, version, revision: _, ...component }: XmlTree): Json {
  const inside = textIn(containedinindex);
  return said({
    ...component,
    contained_index: inside === undefined ? undefined : wholeOf(inside),
    firmware: textIn(component["firmware"]) ?? textIn(version),
  });
}

/** A device's own firmware, where nothing lists them. */
const firmwaresOf = (version: string | undefined) => (version === undefined ? undefined : [{ name: version, version }]);

/** Its list of addresses, else the one under which it answered. */
function ipsOf({ ip, ips }: XmlTree): string[] {
  const list = textsOf(treeIn(ips)?.["ip"]);
  return list.length > 0 ? list : textsOf(ip);
}

/** As the schema writes it: `Networking`, `KVM`. */
const typeOf = (type: string): string =>
  type.toLowerCase() === "kvm" ? "KVM" : type.slice(0, 1).toUpperCase() + type.slice(1).toLowerCase();

const itemTypeOf = (type: string): string => {
  const known = type.toLowerCase();
  if (EQUIPMENT.has(known)) return "NetworkEquipment";
  return ITEM_TYPES.get(known) ?? "Unmanaged";
};

/** A number as a number; what is none stays, and is repaired or left out with all others. */
const wholeOf = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text);

const some = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

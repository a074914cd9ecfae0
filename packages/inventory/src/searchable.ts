import type { SearchableEntry, SectionContent } from "@gatehouse/core/inventory";
import { isEntry } from "./canonical/form.js";

/** What people search nodes by, by section: its fields. What is not here cannot be searched for. */
export const searchableFields: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
  antivirus: ["name", "company", "version"],
  batteries: ["serial", "name"],
  bios: ["ssn", "msn", "smodel", "smanufacturer", "mmodel", "mmanufacturer", "bversion", "assettag", "skunumber"],
  controllers: ["name", "vendorid", "productid"],
  cpus: ["name", "manufacturer", "arch", "serial"],
  databases_services: ["name", "type", "version"],
  drives: ["volumn", "type", "letter", "filesystem", "serial", "label"],
  firmwares: ["name", "version", "manufacturer"],
  hardware: ["name", "uuid", "chassis_type", "vmsystem", "workgroup", "description"],
  licenseinfos: ["name", "fullname", "productid"],
  local_groups: ["name", "id"],
  local_users: ["login", "name", "id"],
  memories: ["serialnumber", "manufacturer", "model", "type"],
  modems: ["imei", "serial", "model"],
  monitors: ["serial", "altserial", "name", "manufacturer", "caption"],
  network_components: ["serial", "name", "model"],
  network_device: ["serial", "mac", "name", "model", "manufacturer", "type", "location", "firmware", "assettag"],
  network_ports: ["mac", "ifname", "ifalias", "ifdescr"],
  networks: ["mac", "ipaddress", "ipaddress6", "description", "wifi_ssid"],
  operatingsystem: ["name", "version", "full_name", "kernel_version", "arch", "fqdn", "dns_domain"],
  printers: ["name", "driver", "serial"],
  remote_mgmt: ["id", "type"],
  simcards: ["iccid", "serial", "phone_number"],
  softwares: ["name", "version", "publisher", "arch", "guid"],
  storages: ["model", "serial", "name", "manufacturer", "firmware"],
  usbdevices: ["serial", "name", "vendorid", "productid", "manufacturer"],
  users: ["login", "domain"],
  versionprovider: ["name", "version"],
  videos: ["name", "chipset"],
  virtualmachines: ["name", "uuid", "vmtype", "status"],
});

/** Characters of a value that are searched. */
const LONGEST = 255;

/**
 * What of a section's entries can be searched for, each once; entries with nothing of the kind are not there.
 * @param content in canonical form
 */
export function searchable(section: string, content: SectionContent): SearchableEntry[] {
  const fields = searchableFields[section];
  if (fields === undefined) return [];
  const found = new Map<string, SearchableEntry>();
  for (const entry of Array.isArray(content) ? content : [content]) {
    if (!isEntry(entry)) continue;
    const texts = fields.flatMap((field) => {
      const text = textOf(entry[field]);
      return text === "" ? [] : [[field, text] as const];
    });
    if (texts.length > 0) found.set(texts.flat().join("\0"), Object.fromEntries(texts));
  }
  return [...found.values()];
}

function textOf(value: unknown): string {
  if (typeof value === "string") return cut(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? cut(value.filter((item) => typeof item === "string").join(" ")) : "";
}

const cut = (text: string): string => text.slice(0, LONGEST).toWellFormed();

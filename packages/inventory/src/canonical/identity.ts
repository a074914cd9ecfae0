/** What tells a section's entries from each other, as data: entries are matched by it, not by where they stand. */

type Entry = Readonly<Record<string, unknown>>;

export interface Identity {
  /** Fields that tell entries apart, the first of which an entry has the first: what makers leave empty has others. */
  readonly keys: readonly (readonly string[])[];
  /** What tells several of one key apart: versions of one package, addresses of one card. */
  readonly variant: readonly string[];
  /** What people call an entry, where that is not its key. */
  readonly label: readonly string[];
}

/** @param keys fields, one alternative divided from the next by `|`; `variant` and `label` divided by blanks */
const by = (keys: string, { variant = "", label = "" } = {}): Identity => ({
  keys: keys.split("|").map((fields) => fields.trim().split(" ")),
  variant: variant.split(" ").filter(Boolean),
  label: label.split(" ").filter(Boolean),
});

const common = by("serial|serialnumber|name|designation|description|caption|id|key|type");

const identities: ReadonlyMap<string, Identity> = new Map(
  Object.entries({
    antivirus: by("name|company|guid"),
    batteries: by("serial|name|manufacturer"),
    cameras: by("designation|model|lensfacing"),
    cartridges: by("name"),
    connections: by("mac|ip|sysname|ifdescr"),
    consumables: by("type color|type|color"),
    controllers: by("pcislot|name|caption|type", { label: "name caption type" }),
    cpus: by("serial|name|description", { variant: "id" }),
    databases: by("name"),
    databases_services: by("name port|name", { variant: "version", label: "name" }),
    drives: by("letter|type|volumn|label|serial"),
    envs: by("key"),
    firewalls: by("profile|description", { variant: "ipaddress ipaddress6" }),
    firmwares: by("name type|name|type|description", { variant: "version", label: "name type" }),
    inputs: by("name interface|name|caption|description|type", { label: "name" }),
    licenseinfos: by("productid|fullname|name|key", { variant: "name", label: "name fullname productid" }),
    local_groups: by("name|id", { variant: "id" }),
    local_users: by("login|name|id", { variant: "id" }),
    logical_volumes: by("vg_name lv_name|lv_name|lv_uuid", { variant: "lv_uuid", label: "lv_name" }),
    memories: by("serialnumber|numslots|caption|description"),
    modems: by("serial|name|model|description"),
    monitors: by("serial|altserial|name|caption|description", { label: "name caption description" }),
    network_components: by("serial|index|name", { label: "name index" }),
    network_ports: by("ifnumber|ifname|mac|ifdescr", { label: "ifname ifdescr ifnumber" }),
    networks: by("description|mac", { variant: "ipaddress ipaddress6 mac" }),
    physical_volumes: by("device|pv_uuid", { variant: "pv_uuid" }),
    ports: by("type name|type caption|type description|type", { label: "name caption description" }),
    powersupplies: by("serialnumber|name|model"),
    printers: by("name", { variant: "port" }),
    remote_mgmt: by("type", { variant: "id" }),
    sensors: by("type name|name|type", { label: "name type" }),
    simcards: by("iccid|serial|phone_number"),
    slots: by("designation name|name", { label: "designation name" }),
    softwares: by("name arch|name", { variant: "version guid", label: "name" }),
    sounds: by("name|caption|description"),
    storages: by("serial|wwn|name|model|description", { label: "name model description" }),
    usbdevices: by("serial|vendorid productid|name|caption", { label: "name caption" }),
    users: by("login domain|login"),
    videos: by("pcislot|name|chipset", { label: "name chipset" }),
    virtualmachines: by("uuid|name", { label: "name" }),
    volume_groups: by("vg_name|vg_uuid", { variant: "vg_uuid" }),
  }),
);

/** @param section its name; one that nobody knows has what entries commonly are told apart by */
export const identityOf = (section: string): Identity => identities.get(section) ?? common;

/** What stands in the place of a serial that there is none of; many entries of one machine have it. */
const NO_NAMES = new Set(
  "none|unknown|not specified|not available|no dimm|empty|n/a|0|00000000|to be filled by o.e.m.|default string|[empty]|undefined|null".split(
    "|",
  ),
);

/** What an entry is found again by in another state of its section; "" where it has nothing of the kind. */
export function keyOf({ keys }: Identity, entry: Entry): string {
  for (const fields of keys) {
    const first = scalar(entry, fields[0]);
    if (first === "" || (typeof entry[fields[0] as string] === "string" && NO_NAMES.has(first.toLowerCase()))) continue;
    return fields.length === 1 ? first : fields.map((field) => scalar(entry, field)).join("\0");
  }
  return "";
}

/** What tells it from others of its key. */
export const variantOf = ({ variant }: Identity, entry: Entry): string =>
  variant
    .map((field) => scalar(entry, field))
    .filter(Boolean)
    .join(" ");

/** What people call it. */
export function labelOf({ label, keys }: Identity, entry: Entry): string {
  for (const field of label) if (scalar(entry, field) !== "") return scalar(entry, field);
  return keyOf({ keys, variant: [], label: [] }, entry).replaceAll("\0", " ").trim();
}

function scalar(entry: Entry, field: string | undefined): string {
  const value = field !== undefined && Object.hasOwn(entry, field) ? entry[field] : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

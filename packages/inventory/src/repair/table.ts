import type { DateOrder } from "./dates.js";

/** What agents say in another place than the model, or in vain; as data, from wire/xml-inventory.md section 3. */

type Entry = Readonly<Record<string, unknown>>;

/** How a section is put right, besides what its model says of its fields. */
export interface SectionRules {
  /** By the name that agents use: that of the model. What stands there already wins. */
  readonly renamed?: Readonly<Record<string, string>>;
  readonly dropped?: readonly string[];
  readonly order?: DateOrder;
  /** What an entry lacks that others of its fields say, or that it means by saying nothing. */
  readonly completed?: (entry: Entry) => Entry | undefined;
}

/** Sections under other names. */
export const renamedSections: ReadonlyMap<string, string> = new Map([
  ["firewall", "firewalls"],
  ["user", "users"],
]);

/** Sections that no reader of inventories wants: what they hold is said better elsewhere, or of nobody's concern. */
export const droppedSections: ReadonlySet<string> = new Set(
  "registry userslist mib_applications mib_components jvms".split(" "),
);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const firstText = (...values: readonly unknown[]): string | undefined => values.find(isText);

/** `vvvv:pppp`, as lspci and OCS write both numbers. */
function withPciIds({ pciid, vendorid, productid }: Entry): Entry | undefined {
  const [, vendor, product] = (typeof pciid === "string" && /^([0-9a-f]{4}):([0-9a-f]{4})/i.exec(pciid)) || [];
  return vendor === undefined ? undefined : { vendorid: vendorid ?? vendor, productid: productid ?? product };
}

/** The id of root is 0, which old agents leave out as if it were nothing. */
const idOf = (name: unknown): string | undefined => (name === "root" || name === "wheel" ? "0" : firstText(name));

function withTimezone({ timezone }: Entry): Entry | undefined {
  if (typeof timezone !== "object" || timezone === null || Array.isArray(timezone)) return undefined;
  const { name, offset } = timezone as Entry;
  if (!isText(offset)) return undefined;
  const whole = offset.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes = "00") => `${hours}${minutes}`);
  return whole === offset && isText(name)
    ? undefined
    : { timezone: { ...timezone, name: firstText(name, whole), offset: whole } };
}

const VM_TYPES: ReadonlyMap<string, string> = new Map([
  ["hyper-v", "hyperv"],
  ["solaris zone", "solariszone"],
  ["solaris zones", "solariszone"],
]);

function withVmType({ vmtype }: Entry): Entry | undefined {
  if (!isText(vmtype)) return undefined;
  const word = vmtype.toLowerCase();
  const known = VM_TYPES.get(word) ?? word;
  return known === vmtype ? undefined : { vmtype: known };
}

/** OCS says IPv6 addresses as it says others; and an interface without a name is known by what it has. */
function withAddresses({ description, mac, ipaddress, ipaddress6, type }: Entry): Entry | undefined {
  const isSix = isText(ipaddress) && ipaddress.includes(":");
  const named = description ?? firstText(mac, ipaddress, ipaddress6, type);
  if (!isSix && named === description) return undefined;
  return { description: named, ...(isSix && { ipaddress: undefined, ipaddress6: ipaddress6 ?? ipaddress }) };
}

const DEVICE_TYPES: ReadonlySet<unknown> = new Set(
  "Unmanaged Computer Networking Printer Storage Power Phone Video KVM".split(" "),
);

const when = (isMissing: boolean, made: () => Entry | undefined): Entry | undefined => (isMissing ? made() : undefined);
const defined = (name: string, value: string | undefined): Entry | undefined =>
  value === undefined ? undefined : { [name]: value };

export const sectionRules: ReadonlyMap<string, SectionRules> = new Map<string, SectionRules>(
  Object.entries({
    antivirus: {
      renamed: {
        datfilecreation: "base_creation",
        datfileversion: "base_version",
        engineversion64: "base_version",
        engineversion32: "base_version",
      },
    },
    batteries: { dropped: ["temperature", "level", "health", "status"] },
    bios: { dropped: ["type"], order: "month-first" },
    controllers: {
      dropped: ["description", "version"],
      completed: (entry) =>
        when(entry["vendorid"] === undefined || entry["productid"] === undefined, () => withPciIds(entry)),
    },
    cpus: { renamed: { type: "name" } },
    drives: { dropped: ["numfiles"] },
    envs: { completed: ({ val }) => when(val === undefined, () => ({ val: "" })) },
    hardware: {
      dropped: [
        ...["archname", "osname", "checksum", "etime", "ipaddr", "osversion", "oscomments", "processorn", "processors"],
        ...["processort", "userid", "lastdate", "userdomain"],
      ],
    },
    inputs: { dropped: ["pointtype"] },
    licenseinfos: { dropped: ["oem"] },
    local_groups: {
      renamed: { member: "members", id_group: "id" },
      completed: ({ id, name }) => when(id === undefined, () => defined("id", idOf(name))),
    },
    local_users: {
      renamed: { id_user: "id" },
      completed: ({ id, login, name }) => when(id === undefined, () => defined("id", idOf(login ?? name))),
    },
    network_device: {
      dropped: ["comments", "id"],
      // Without a type the whole device would be left out.
      completed: ({ type }) => when(!DEVICE_TYPES.has(type), () => ({ type: "Unmanaged" })),
    },
    networks: {
      renamed: { macaddr: "mac" },
      dropped: ["typemib"],
      completed: withAddresses,
    },
    operatingsystem: { dropped: ["boot_date"], completed: withTimezone },
    physical_volumes: { dropped: ["pv_name"] },
    ports: { completed: ({ type }) => when(type === undefined, () => ({ type: "None" })) },
    sensors: { dropped: ["power"] },
    simcards: { renamed: { line_number: "phone_number" } },
    slots: { dropped: ["shared"] },
    softwares: {
      renamed: { installdate: "install_date", architecture: "arch" },
      dropped: ["filename", "source", "language", "is64bit", "releasetype"],
    },
    storages: {
      renamed: { serialnumber: "serial" },
      completed: ({ interface: bus }) =>
        when(isText(bus) && bus.toLowerCase() === "serial-ata", () => ({ interface: "SATA" })),
    },
    videos: { dropped: ["pciid"] },
    virtualmachines: { dropped: ["vmid"], completed: withVmType },
  } satisfies Record<string, SectionRules>),
);

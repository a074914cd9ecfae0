/**
 * What of an inventory only says how it is at the moment: it changes from run to run of a machine that nobody touched, and
 * is no history (docs/adr/0026). Found in two recorded runs of one machine (glpi-second-run-1 and -2), and in what the
 * fields mean.
 */

type Entry = Readonly<Record<string, unknown>>;

interface Volatile {
  readonly fields: ReadonlySet<string>;
  /** Fields that are so for some entries. */
  readonly when?: (entry: Entry) => ReadonlySet<string> | undefined;
  /** The same for lists in an entry. */
  readonly within?: ReadonlyMap<string, Volatile>;
}

const names = (said: string): ReadonlySet<string> => new Set(said.split(" "));
const only = (said: string): Volatile => ({ fields: names(said) });

/** Sections of which nothing lasts; `envs` is the agent's own environment, which depends on who started it. */
const momentary = names("accesslog envs error pagecounters processes users");

const NONE: ReadonlySet<string> = new Set();
const WIFI = names("speed wifi_bssid wifi_ssid");
const LEARNT = names("connections");

const volatile: ReadonlyMap<string, Volatile> = new Map<string, Volatile>(
  Object.entries({
    antivirus: only("base_version base_creation"),
    batteries: only("real_capacity voltage"),
    cartridges: only("value"),
    consumables: only("value"),
    databases_services: {
      fields: names("size last_boot_date last_backup_date is_onbackup"),
      within: new Map([["databases", only("size update_date last_backup_date is_onbackup")]]),
    },
    drives: only("free"),
    hardware: only("etime lastloggeduser datelastloggeduser"),
    network_device: only("uptime cpu memory"),
    network_ports: {
      fields: names("iflastchange ifinerrors ifinbytes ifouterrors ifoutbytes ifstatus ifspeed ifportduplex"),
      // Whose MACs a switch has seen lately says nothing of it; a neighbour that names itself does.
      when: ({ lldp }) => (lldp === true ? undefined : LEARNT),
    },
    networks: { fields: NONE, when: ({ type }) => (type === "wifi" ? WIFI : undefined) },
    operatingsystem: only("boot_time"),
    printers: only("status errstatus"),
    versionprovider: only("etime perl_args"),
    virtualmachines: { fields: NONE, within: new Map([["operatingsystem", only("boot_time")]]) },
  } satisfies Record<string, Volatile>),
);

/** Whether nothing of a section lasts. */
export const isMomentary = (section: string): boolean => momentary.has(section);

/** Whether something of a section's entries does not last. */
export const hasVolatile = (section: string): boolean => volatile.has(section);

/** An entry without what does not last; the same one where all of it does. */
export function lasting(section: string, entry: Entry): Entry {
  const rules = volatile.get(section);
  return rules === undefined ? entry : without(rules, entry);
}

function without({ fields, when, within }: Volatile, entry: Entry): Entry {
  const more = when?.(entry);
  const isGone = (key: string) => fields.has(key) || more?.has(key) === true;
  const keys = Object.keys(entry);
  if (within === undefined && !keys.some(isGone)) return entry;
  return Object.fromEntries(
    keys
      .filter((key) => !isGone(key))
      .map((key) => {
        const [value, inner] = [entry[key], within?.get(key)];
        return [key, inner === undefined ? value : innerWithout(inner, value)];
      }),
  );
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function innerWithout(rules: Volatile, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (isEntry(item) ? without(rules, item) : item));
  return isEntry(value) ? without(rules, value) : value;
}

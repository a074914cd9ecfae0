import fc from "fast-check";

/** Entries and sections as they are after a repair, of few names and values: so that two are often nearly the same. */
const scalar = fc.oneof(
  fc.constantFrom("a", "b", "1.0", "1.1", "00:1A:2B", "00:1a:2b", "none", "wifi", "ethernet"),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
);
const nested = fc.record({ mac: scalar, name: scalar, size: scalar }, { requiredKeys: [] });
const value = fc.oneof({ weight: 6, arbitrary: scalar }, nested, fc.array(fc.oneof(scalar, nested), { maxLength: 3 }));
const field = fc.constantFrom(
  ...[
    "name",
    "arch",
    "version",
    "serial",
    "mac",
    "free",
    "speed",
    "type",
    "description",
    "uuid",
    "databases",
    "members",
  ],
  ...["connections", "lldp", "ips", "boot_time", "status", "size", "10", "9", "__proto__", "constructor"],
);
export const entries = fc.dictionary(field, value, { maxKeys: 6 });
export const contents = fc.oneof(
  { weight: 6, arbitrary: fc.array(entries, { maxLength: 6 }) },
  { weight: 2, arbitrary: entries },
  value,
);
export const sectionNames = fc.constantFrom(
  ...["softwares", "networks", "drives", "hardware", "network_ports", "databases_services", "processes", "cpus"],
  ...["virtualmachines", "operatingsystem", "foreign", "__proto__", "versionclient", "printers", "physical_volumes"],
);

/** The same content with keys and entries in another order. */
export function shuffled(content: unknown, seed: number): unknown {
  const turn = <T>(list: readonly T[]): T[] =>
    list
      .map((item, i) => ({ item, at: (i * 7919 + seed) % 31 }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  const keys = (item: unknown): unknown =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(turn(Object.entries(item)))
      : item;
  return Array.isArray(content) ? turn(content.map(keys)) : keys(content);
}

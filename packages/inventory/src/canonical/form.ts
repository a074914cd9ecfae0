import { identityOf, keyOf } from "./identity.js";

type Entry = Readonly<Record<string, unknown>>;

export const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields in which capitals say nothing: the same card is 00:1A:… to one agent and 00:1a:… to another. */
const CASELESS = new Set("mac uuid sysmac wwn pv_uuid vg_uuid vendorid productid pciid wifi_bssid".split(" "));
/** LVM's ids are the exception: their capitals count. */
const CASED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["physical_volumes", new Set(["pv_uuid", "vg_uuid"])],
  ["volume_groups", new Set(["vg_uuid"])],
  ["logical_volumes", new Set(["vg_uuid"])],
  ["licenseinfos", new Set(["productid"])],
]);

/** Lists in an entry whose order says nothing. */
const UNORDERED = new Set("mac members connections vlans databases ips aggregate".split(" "));

/** An entry with its keys sorted, one way of writing each. The same object where it is so already: agents sort, mostly. */
export function canonicalEntry(section: string, entry: Entry): Entry {
  const keys = Object.keys(entry);
  let isSame = true;
  for (let i = 1; i < keys.length && isSame; i++) isSame = (keys[i - 1] as string) < (keys[i] as string);
  const values = keys.map((key) => {
    const value = entry[key];
    const form = fieldForm(section, key, value);
    if (form !== value) isSame = false;
    return form;
  });
  if (isSame) return entry;
  // From entries and not by assignment: a field may be named __proto__.
  return Object.fromEntries(
    keys.map((key, i) => [key, values[i]] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

function fieldForm(section: string, key: string, value: unknown): unknown {
  if (typeof value === "string")
    return CASELESS.has(key) && CASED.get(section)?.has(key) !== true ? value.toLowerCase() : value;
  if (typeof value !== "object" || value === null) return value;
  const form = Array.isArray(value) ? value.map((item) => inner(key, item)) : inner(key, value);
  if (!Array.isArray(form)) return form;
  const ordered = UNORDERED.has(key) ? sorted(key, form) : form;
  return ordered.every((item, i) => item === (value as unknown[])[i]) ? value : ordered;
}

const inner = (name: string, value: unknown): unknown =>
  isEntry(value)
    ? canonicalEntry(name, value)
    : typeof value === "string"
      ? fieldForm("", name, value)
      : canonicalValue(value);

function sorted(name: string, list: readonly unknown[]): unknown[] {
  const identity = identityOf(name);
  return list
    .map((item) => ({ item, key: isEntry(item) ? keyOf(identity, item) : "", json: JSON.stringify(item) ?? "null" }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.json, b.json))
    .map(({ item }) => item);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A value that is no entry of the model: its keys are sorted, its lists keep their order. */
export function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonicalValue);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  return isEntry(value) ? canonicalEntry("", value) : value;
}

import { type Json, listed } from "./values.js";

type Entry = Readonly<Record<string, unknown>>;
type Rewrite = (entry: Entry) => Entry;

/** Names of the model, by what OCS calls the same, the best first; what has its right name already keeps it. */
const renamed =
  (names: Readonly<Record<string, readonly string[]>>): Rewrite =>
  (entry) => {
    const result = new Map(Object.entries(entry));
    for (const [to, froms] of Object.entries(names)) {
      const from = froms.find((name) => result.has(name));
      if (from !== undefined && !result.has(to)) result.set(to, result.get(from));
      for (const name of froms) result.delete(name);
    }
    return Object.fromEntries(result);
  };

/** Of OCS: `Host bridge [0600]`. */
const NAME_WITH_CLASS = /^(?<name>.+?) \[(?<code>[0-9a-f]{4})\]$/i;

const controller: Rewrite = (entry) => {
  const { name, code } =
    (typeof entry["name"] === "string" ? NAME_WITH_CLASS.exec(entry["name"])?.groups : undefined) ?? {};
  return name === undefined ? entry : { pciclass: code, ...entry, name };
};

/** Of OCS: `1000 Mbps`, and `-1 Mbps` where it is not known; others say the number alone. */
const SPEED = /^(?<number>-?\d+(?:\.\d+)?) ?(?<unit>[MG])(?:bps|b\/s)$/i;

const network: Rewrite = ({ speed, ...entry }) => ({
  ...entry,
  ...(speed !== undefined && speedIn(speed)),
  // As Linux calls it in its own files, and OCS after those.
  ...(entry["type"] === "ether" && { type: "ethernet" }),
});

function speedIn(speed: unknown): Entry {
  const { number, unit } = (typeof speed === "string" ? SPEED.exec(speed)?.groups : undefined) ?? {};
  if (number === undefined) return { speed };
  if (number.startsWith("-")) return {};
  return { speed: unit?.toUpperCase() === "G" ? String(Number(number) * 1000) : number };
}

const archOf = renamed({ arch: ["architecture", "bitswidth"] });

/** Of OCS on Debian: `libacl1:amd64`, a package of which several architectures may be installed at once. */
const software: Rewrite = (entry) => {
  const { name, arch, ...rest } = archOf(entry);
  if (typeof name !== "string" || typeof arch !== "string" || !name.endsWith(`:${arch}`)) return archOf(entry);
  return { ...rest, arch, name: name.slice(0, -arch.length - 1) };
};

/** By section; each of its entries is rewritten. What other agents write in XML is repaired with what they write in JSON. */
const REWRITES: ReadonlyMap<string, Rewrite> = new Map([
  ["controllers", controller],
  ["cpus", renamed({ core: ["cores"], thread: ["threads"], arch: ["cpuarch"], cache: ["l2cachesize"] })],
  ["local_groups", renamed({ id: ["id_group"] })],
  ["local_users", renamed({ id: ["id_user"] })],
  ["networks", network],
  ["softwares", software],
]);

/** Sections with the names of the model for what OCS says in them. */
export function rewritten(content: Json): Json {
  return Object.fromEntries(
    Object.entries(content).map(([section, value]) => {
      const rewrite = REWRITES.get(section);
      if (rewrite === undefined) return [section, value];
      return [section, listed(value).map((entry) => (isEntry(entry) ? rewrite(entry) : entry))];
    }),
  );
}

const isEntry = (value: unknown): value is Entry => typeof value === "object" && value !== null;

import { type Evidence, hostOf, type Item, normalise } from "@gatehouse/core/nodes";
import { booleanOf } from "./repair/scalars.js";

/** The kinds that belong to a machine and not to who set it up. */
const hardKinds = ["uuid", "serial", "mac"] as const;
/** Ports of a network device that are taken: a switch has hundreds, and any of them tells it from others. */
const MOST_MACS = 64;
/** Addresses that are taken: more tell nothing that these do not. */
const MOST_ADDRESSES = 100;

type Json = Readonly<Record<string, unknown>>;

/**
 * What in an inventory's content tells its machine from others, all of it as claimed. What stands there but means nothing
 * (placeholders of makers, addresses of docker) is for {@link normalise} to leave out.
 * @param content by section, as the agent said it or repaired; other shapes than expected say nothing
 */
export function evidenceOf(content: Json): Evidence[] {
  const [hardware, bios, system, device] = ["hardware", "bios", "operatingsystem", "network_device"].map((name) =>
    isObject(content[name]) ? content[name] : {},
  ) as [Json, Json, Json, Json];
  const found: Evidence[] = [];
  const add = (kind: Evidence["kind"], ...values: readonly unknown[]) => {
    for (const value of values) if (typeof value === "string" && value.trim() !== "") found.push({ kind, value });
  };
  add("name", system["fqdn"], hardware["name"], device["name"]);
  add("uuid", hardware["uuid"]);
  add("serial", bios["ssn"], bios["msn"], device["serial"]);
  const cards = macsOf(listIn(content, "networks"));
  add("mac", device["mac"], ...cards, ...macsIn(listIn(content, "network_ports")).slice(0, MOST_MACS));
  for (const { ipaddress, ipaddress6 } of listIn(content, "networks").slice(0, MOST_ADDRESSES))
    add("address", ipaddress, ipaddress6);
  add("address", ...(Array.isArray(device["ips"]) ? device["ips"].slice(0, MOST_ADDRESSES) : []));
  return unique(found);
}

/** Virtual cards are named only where there are no others, as in containers: bridges and tunnels come and go. */
function macsOf(networks: readonly Json[]): unknown[] {
  const typeOf = ({ type }: Json) => (typeof type === "string" ? type.toLowerCase() : "");
  const cards = networks.filter((card) => !["loopback", "local"].includes(typeOf(card)));
  const real = cards.filter((card) => booleanOf(card["virtualdev"]) !== true && typeOf(card) !== "bridge");
  const macs = macsIn(real);
  return (macs.length > 0 ? macs : macsIn(cards)).slice(0, MOST_MACS);
}

const macsIn = (entries: readonly Json[]): unknown[] =>
  entries.map(({ mac, macaddr }) => mac ?? macaddr).filter((mac) => typeof mac === "string" && mac !== "");

function unique(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((item) => [`${item.kind}/${item.value}`, item])).values()];
}

/**
 * Whether what is said under an agent's name is of another machine than what is known of it (wire/glpi.md section 5: an
 * ESX task's XML names the collector's own deviceid). Of the uuid, serials and MACs, at least one kind is known on both
 * sides, and nothing of them is the same: after a new mainboard, or a new card, something still is. Where one side has
 * nothing of the kind, both its name and all of its addresses must be others: a name alone is changed easily.
 */
export function isOther(known: readonly Evidence[], said: readonly Evidence[]): boolean {
  const [before, now] = [normalise(known).items, normalise(said).items];
  const verdicts = hardKinds.map((kind) => compare(keys(before, kind), keys(now, kind)));
  if (verdicts.includes("same")) return false;
  if (verdicts.includes("differs")) return true;
  const names = compare(hosts(before), hosts(now));
  return names === "differs" && compare(keys(before, "address"), keys(now, "address")) === "differs";
}

const keys = (items: readonly Item[], kind: Evidence["kind"]): ReadonlySet<string> =>
  new Set(items.filter((item) => item.kind === kind).map(({ key }) => key));

const hosts = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(items.filter(({ kind }) => kind === "name").map(({ key }) => hostOf(key)));

function compare(a: ReadonlySet<string>, b: ReadonlySet<string>): "same" | "differs" | "unknown" {
  if (a.size === 0 || b.size === 0) return "unknown";
  return [...a].some((item) => b.has(item)) ? "same" : "differs";
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listIn = (content: Json, name: string): readonly Json[] => {
  const said = content[name];
  // One of a kind stands alone in XML.
  return (Array.isArray(said) ? said : [said]).filter(isObject);
};

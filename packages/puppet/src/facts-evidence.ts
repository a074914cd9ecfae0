import type { FactTree } from "@gatehouse/core/facts";
import type { Evidence } from "@gatehouse/core/nodes";

/** Cards that are taken: more of them would tell nothing more. */
const MOST_MACS = 64;

type Json = Readonly<Record<string, unknown>>;

/**
 * What facts tell of the machine that they are of, all of it as claimed (core facts of Facter 3 and later; the flat names
 * of Facter 2 where those are missing). Facts of other shapes than expected say nothing. What means nothing, such as a
 * maker's placeholder, is for the identity rules to leave out.
 */
export function evidenceOfFacts(facts: FactTree): Evidence[] {
  const networking = objectIn(facts, "networking");
  const product = objectIn(objectIn(facts, "dmi"), "product");
  const found = new Map<string, Evidence>();
  const add = (kind: Evidence["kind"], ...values: readonly unknown[]) => {
    for (const value of values)
      if (typeof value === "string" && value.trim() !== "") found.set(`${kind}/${value}`, { kind, value });
  };
  add("name", memberOf(networking, "fqdn") ?? memberOf(facts, "fqdn"));
  add("name", memberOf(networking, "hostname") ?? memberOf(facts, "hostname"));
  add("uuid", memberOf(product, "uuid") ?? memberOf(facts, "uuid"));
  add("serial", memberOf(product, "serial_number") ?? memberOf(facts, "serialnumber"));
  add("mac", ...macsOf(facts, networking));
  return [...found.values()];
}

/**
 * The first card, and those whose address their maker gave: addresses that software gave itself come and go with every
 * container, and the machine would be another one with each run.
 */
function macsOf(facts: FactTree, networking: Json): unknown[] {
  const interfaces = objectIn(networking, "interfaces");
  const first = memberOf(networking, "mac") ?? memberOf(facts, "macaddress");
  const cards = Object.keys(interfaces).map((name) => memberOf(objectIn(interfaces, name), "mac"));
  const flat = Object.keys(facts)
    .filter((name) => name.startsWith("macaddress_"))
    .map((name) => memberOf(facts, name));
  const made = (cards.length > 0 ? cards : flat).filter((mac) => typeof mac === "string" && !isLocal(mac));
  return [first, ...made.slice(0, MOST_MACS)];
}

/** The second bit of the first byte (IEEE 802: locally administered). */
const isLocal = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;

const memberOf = (object: Json, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

function objectIn(object: Json, name: string): Json {
  const value = memberOf(object, name);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

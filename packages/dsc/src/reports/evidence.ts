import type { Evidence } from "@gatehouse/core/nodes";
import { routableAddresses } from "../routable-addresses.js";
import { type Json, own, textOf } from "./values.js";

/** Items of one list: a machine with more has them of containers. */
const MOST = 64;

/**
 * What a report tells of its machine: the first of a run does, with the cards' MACs, which no registration has.
 * @returns undefined where it tells of no card
 */
export function evidenceSaid(status: Json): Evidence[] | undefined {
  const macs = listOf(status, "MACAddresses");
  if (macs.length === 0) return undefined;
  const host = textOf(own(status, "HostName"), 255);
  const addresses = [...listOf(status, "IPV4Addresses"), ...listOf(status, "IPV6Addresses")];
  return [
    ...(host === undefined ? [] : [{ kind: "name" as const, value: host }]),
    ...routableAddresses(addresses),
    ...macs.map((value) => ({ kind: "mac" as const, value })),
  ];
}

function listOf(status: Json, name: string): string[] {
  const list = own(status, name);
  if (!Array.isArray(list)) return [];
  return [...new Set(list.slice(0, MOST).flatMap((item) => textOf(item, 64) ?? []))];
}

import { hostOf, isLocalMac, NETBIOS_LENGTH } from "./normalise.js";
import { identityRules } from "./rules.js";
import { type Counted, type Item, type Trust, trustLevels } from "./types.js";

/** Evidence of one side, with how its bringer got in. */
export type Said = Item & { readonly trust: Trust };

const { points, against } = identityRules;
const CERTIFICATE = trustLevels.indexOf("certificate");

/** What nobody could have copied from somebody else. */
const isSure = ({ proof, trust }: Said) => proof !== "claimed" || trustLevels.indexOf(trust) >= CERTIFICATE;

/**
 * What two sides have in common, and what speaks against it.
 * @param mine the newcomer's
 * @param countsNames false for a host that was collected: a hypervisor's label is not the host's name
 */
export function compare(mine: readonly Said[], theirs: readonly Said[], countsNames = true): Counted[] {
  const counted: Counted[] = [];
  for (const kind of ["uuid", "serial"] as const) counted.push(...equal(kind, mine, theirs));
  counted.push(...names(mine, theirs, countsNames), ...macs(mine, theirs));
  const [address] = pairs("address", mine, theirs);
  if (address !== undefined) counted.push({ ...found(address, "address"), points: points.address });
  return counted;
}

/** 0 to 100. */
export const scoreOf = (counted: readonly Counted[]): number =>
  Math.max(
    0,
    Math.min(
      100,
      counted.reduce((sum, { points }) => sum + points, 0),
    ),
  );

interface Pair {
  readonly mine: Said;
  readonly proven: boolean;
}

/** What both have, by its value; proven ones first. */
function pairs(kind: Item["kind"], mine: readonly Said[], theirs: readonly Said[]): Pair[] {
  return mine
    .filter((item) => item.kind === kind)
    .flatMap((item) => {
      const same = theirs.filter((other) => other.kind === kind && other.value === item.value);
      return same.length === 0 ? [] : [{ mine: item, proven: isSure(item) && same.some(isSure) }];
    })
    .toSorted((a, b) => Number(b.proven) - Number(a.proven));
}

const found = ({ mine, proven }: Pair, as: string) => ({ kind: mine.kind, value: mine.value, as, proven });
const differs = (item: Said, off: number): Counted => ({
  kind: item.kind,
  value: item.value,
  as: "differs",
  points: -off,
  proven: false,
});

function equal(kind: "uuid" | "serial", mine: readonly Said[], theirs: readonly Said[]): Counted[] {
  const [pair] = pairs(kind, mine, theirs);
  if (pair !== undefined) return [{ ...found(pair, kind), points: points[kind] }];
  return otherwise(kind, mine, theirs);
}

/** Against it where both sides say something of the kind. */
function otherwise(
  kind: "uuid" | "serial" | "mac" | "name",
  mine: readonly Said[],
  theirs: readonly Said[],
): Counted[] {
  const [item] = mine.filter((each) => each.kind === kind);
  return item !== undefined && theirs.some((each) => each.kind === kind) ? [differs(item, against[kind])] : [];
}

function macs(mine: readonly Said[], theirs: readonly Said[]): Counted[] {
  const [first, second] = pairs("mac", mine, theirs).toSorted(
    (a, b) => Number(isLocalMac(a.mine.value)) - Number(isLocalMac(b.mine.value)),
  );
  // What software gave itself comes and goes: that it is missing says nothing.
  const isReal = ({ kind, value }: Said) => kind === "mac" && !isLocalMac(value);
  if (first === undefined) return otherwise("mac", mine.filter(isReal), theirs.filter(isReal));
  if (isLocalMac(first.mine.value)) return [{ ...found(first, "local mac"), points: points.localMac }];
  const one = { ...found(first, "mac"), points: points.mac };
  return second === undefined ? [one] : [one, { ...found(second, "second mac"), points: points.moreMacs }];
}

function names(mine: readonly Said[], theirs: readonly Said[], countsAgainst: boolean): Counted[] {
  let best: Counted | undefined;
  for (const item of mine.filter(({ kind }) => kind === "name")) {
    for (const other of theirs.filter(({ kind }) => kind === "name")) {
      const as = sameName(item.value, other.value);
      if (as === undefined) continue;
      const counted = { ...found({ mine: item, proven: isSure(item) && isSure(other) }, as), points: points[as] };
      if (best === undefined || counted.points > best.points) best = counted;
    }
  }
  if (best !== undefined) return [best];
  return countsAgainst ? otherwise("name", mine, theirs) : [];
}

function sameName(a: string, b: string): "fqdn" | "host" | "otherDomain" | undefined {
  const [hostA, hostB] = [hostOf(a), hostOf(b)];
  const bothLong = hostA !== a && hostB !== b;
  if (bothLong && a === b) return "fqdn";
  if (hostA === hostB) return bothLong ? "otherDomain" : "host";
  const isCutOf = (short: string, long: string) => short.length === NETBIOS_LENGTH && long.startsWith(short);
  return (hostA === a && isCutOf(a, hostB)) || (hostB === b && isCutOf(b, hostA)) ? "host" : undefined;
}

import type { InventoryChange, SectionContent } from "@gatehouse/core/inventory";
import { isEntry } from "./canonical/form.js";
import { identityOf, keyOf, labelOf, variantOf } from "./canonical/identity.js";
import { isMomentary, lasting } from "./canonical/volatile.js";

type Entry = Readonly<Record<string, unknown>>;

/** Changes of one section that are kept; a machine that was set up anew has thousands. */
export const MOST_CHANGES = 500;
/** Characters of a value's JSON. */
const MOST_VALUE = 4096;
/** Characters of a path. */
const MOST_PATH = 1024;

/** Of a package of another version this is other as well, and nobody wants to read it: an upgrade has hundreds. */
const FOLLOWING: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["softwares", new Set(["filesize", "install_date", "version_major", "version_minor"])],
]);

/** Notes changes up to the most. */
class Changes {
  readonly #section: string;
  readonly #list: InventoryChange[] = [];
  #count = 0;

  constructor(section: string) {
    this.#section = section;
  }

  note(path: readonly string[], before: unknown, after: unknown): void {
    if (++this.#count > MOST_CHANGES) return;
    const text = [this.#section, ...path].filter((part) => part !== "").join(".");
    this.#list.push({ path: cut(text, MOST_PATH), before: shown(before), after: shown(after) });
  }

  list(): InventoryChange[] {
    const more = this.#count - MOST_CHANGES;
    return more > 0 ? [...this.#list, { path: this.#section, before: undefined, after: { more } }] : this.#list;
  }
}

/**
 * What changed between two states of a section, as people want to read it: an entry that came or went
 * (`softwares.openssl`), or a field of one that stayed (`softwares.openssl.version`). Entries are matched by what tells
 * them apart and not by where they stand. The rest as {@link InventoryRules.changes} says.
 */
export function changesBetween(
  section: string,
  before: SectionContent | undefined,
  after: SectionContent | undefined,
): InventoryChange[] {
  const changes = new Changes(section);
  if (isMomentary(section)) return [];
  const [old, now] = [before ?? emptyOf(after), after ?? emptyOf(before)];
  if (isList(old) && isList(now)) compareLists(section, old, now, changes);
  else if (isEntry(old) && isEntry(now))
    compareFields(section, [], lasting(section, old), lasting(section, now), changes);
  else if (jsonOf(old) !== jsonOf(now)) changes.note([], before, after);
  return changes.list();
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const jsonOf = (value: unknown): string => JSON.stringify(value) ?? "null";
/** What a section is compared with that was not there. */
const emptyOf = (other: unknown): unknown => (isList(other) ? [] : isEntry(other) ? {} : undefined);

interface Item {
  readonly entry: unknown;
  /** Of what lasts. */
  readonly json: string;
  readonly key: string;
  readonly variant: string;
  readonly label: string;
}

function compareLists(section: string, old: readonly unknown[], now: readonly unknown[], changes: Changes): void {
  const [before, after] = [itemsOf(section, old), itemsOf(section, now)];
  const naming = new Naming(before, after);
  const [gone, fresh] = [without(before, after), without(after, before)];
  const partners = partnerKey(naming);
  const rest = grouped(fresh, partners);
  const came = new Set(fresh);
  for (const item of gone) {
    const partner = rest.get(partners(item))?.shift();
    if (partner !== undefined) came.delete(partner);
    if (partner !== undefined && isEntry(item.entry) && isEntry(partner.entry))
      compareFields(section, [naming.nameOf(item)], item.entry, partner.entry, changes);
    else {
      changes.note([naming.nameOf(item)], item.entry, undefined);
      if (partner !== undefined) changes.note([naming.nameOf(partner)], undefined, partner.entry);
    }
  }
  for (const item of came) changes.note([naming.nameOf(item)], undefined, item.entry);
}

/** Which entries go by one name, and what they are called then. */
class Naming {
  readonly #counts: readonly ReadonlyMap<string, number>[];
  readonly #keys = new Map<string, Set<string>>();

  constructor(before: readonly Item[], after: readonly Item[]) {
    this.#counts = [before, after].map((items) => {
      const counts = new Map<string, number>();
      for (const { key } of items) counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts;
    });
    for (const { label, key } of [...before, ...after]) {
      const known = this.#keys.get(label);
      if (known === undefined) this.#keys.set(label, new Set([key]));
      else known.add(key);
    }
  }

  /** Whether there is at most one of it on each side: then what is other about it is its change. */
  isSingle(key: string): boolean {
    return key !== "" && this.#counts.every((counts) => (counts.get(key) ?? 0) <= 1);
  }

  nameOf({ label, key, variant }: Item): string {
    const name = (this.#keys.get(label)?.size ?? 0) > 1 ? key.replaceAll("\0", " ").trim() : label;
    return this.isSingle(key) || variant === "" ? name : `${name} ${variant}`;
  }
}

/** Of several versions of one package, each is compared with itself only: one came, or went. */
const partnerKey =
  (naming: Naming) =>
  ({ key, variant, json }: Item): string => {
    if (naming.isSingle(key)) return `${key}\0`;
    return variant === "" && key === "" ? `\0\0${json}` : `${key}\0\0${variant}`;
  };

/** Items that the others have not, as often as they have them not. */
function without(items: readonly Item[], others: readonly Item[]): Item[] {
  const left = new Map<string, number>();
  for (const { json } of others) left.set(json, (left.get(json) ?? 0) + 1);
  return items.filter(({ json }) => {
    const count = left.get(json) ?? 0;
    if (count > 0) left.set(json, count - 1);
    return count === 0;
  });
}

function grouped(items: readonly Item[], by: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = by(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function itemsOf(section: string, list: readonly unknown[]): Item[] {
  const identity = identityOf(section);
  return list.map((said) => {
    if (!isEntry(said)) return { entry: said, json: jsonOf(said), key: "", variant: "", label: "" };
    const entry = lasting(section, said);
    return {
      entry,
      json: jsonOf(entry),
      key: keyOf(identity, entry),
      variant: variantOf(identity, entry),
      label: labelOf(identity, entry),
    };
  });
}

function compareFields(section: string, path: readonly string[], old: Entry, now: Entry, changes: Changes): void {
  const following = own(old, "version") === own(now, "version") ? undefined : FOLLOWING.get(section);
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [own(old, key), own(now, key)];
    if (was === is || following?.has(key) === true) continue;
    if (jsonOf(was) !== jsonOf(is)) changes.note([...path, key], was, is);
  }
}

const own = (entry: Entry, key: string): unknown => (Object.hasOwn(entry, key) ? entry[key] : undefined);

function shown(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = jsonOf(value);
  return text.length <= MOST_VALUE ? value : cut(text, MOST_VALUE);
}

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;

import { createHash } from "node:crypto";
import type { InventoryRules, SearchableEntry, SectionContent } from "@gatehouse/core/inventory";
import { cleanText } from "../clean.js";
import type { Run } from "../session.js";

/** Entries of one section that can be found; what comes after them is stored, and not found. */
const MOST_ENTRIES = 20_000;
/** Characters of a field by which it is found. */
const MOST_TEXT = 1_000;

/** "invt" in ASCII: held shared by whoever refers to entries, and alone by whoever sweeps those that nobody refers to. */
const ENTRIES_LOCK = 0x696e7674;
const HOLD_ENTRIES = { name: "inventory-entries.hold", text: `select pg_advisory_xact_lock_shared(${ENTRIES_LOCK})` };
export const SWEEP_ENTRIES = `pg_advisory_xact_lock(${ENTRIES_LOCK})`;

/** In the order of what is asked; null for what there is none of. */
const FIND = {
  name: "inventory-entries.find",
  text: `select array(select e.id from unnest($1::bytea[]) with ordinality as said (digest, place)
                      left join inventory_entries e on e.digest = said.digest order by said.place) as ids`,
};
/** In one order for all: two that bring the same new ones wait for each other, and not both. */
const ADD = {
  name: "inventory-entries.add",
  text: `insert into inventory_entries (section, digest, entry, folded)
         select * from unnest($1::text[], $2::bytea[], $3::jsonb[], $4::jsonb[]) as said (section, digest, entry, folded)
         order by digest on conflict on constraint inventory_entries_digest do nothing`,
};

/** A searchable entry, and what it is the same by. */
export interface Entry {
  readonly section: string;
  readonly digest: Buffer;
  /** As JSON. */
  readonly json: string;
}

/** What can be found of a section. */
export function entriesOf(rules: InventoryRules, section: string, content: SectionContent): Entry[] {
  return rules
    .searchable(section, content)
    .slice(0, MOST_ENTRIES)
    .map((entry) => entryOf(section, entry));
}

function entryOf(section: string, entry: SearchableEntry): Entry {
  const fields = Object.entries(entry).map(
    ([field, text]) => [cleanText(field), cleanText(text.slice(0, MOST_TEXT))] as const,
  );
  const json = JSON.stringify(Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return { section, json, digest: createHash("sha256").update(section).update("\0").update(json).digest() };
}

/**
 * The ids of entries, which are added where nobody has them yet; inside the caller's transaction.
 * @returns by their digests in hex
 */
export async function idsOf(run: Run, entries: readonly Entry[]): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  await run(HOLD_ENTRIES);
  const byDigest = new Map(entries.map((entry) => [entry.digest.toString("hex"), entry]));
  const found = await find(run, byDigest);
  const missing = [...byDigest].filter(([digest]) => !found.has(digest)).map(([, entry]) => entry);
  if (missing.length === 0) return found;
  await run(ADD, [
    missing.map(({ section }) => section),
    missing.map(({ digest }) => digest),
    missing.map(({ json }) => json),
    missing.map(({ json }) => foldedOf(json)),
  ]);
  const added = await find(run, new Map(missing.map((entry) => [entry.digest.toString("hex"), entry])));
  return new Map([...found, ...added]);
}

async function find(run: Run, entries: ReadonlyMap<string, Entry>): Promise<Map<string, number>> {
  const [row] = await run<{ ids: (number | null)[] }>(FIND, [[...entries.values()].map(({ digest }) => digest)]);
  const ids = row?.ids ?? [];
  return new Map(
    [...entries.keys()].flatMap((digest, place) => {
      const id = ids[place];
      return typeof id === "number" ? [[digest, id] as const] : [];
    }),
  );
}

/** The values in the form in which they are compared; cleaned again, for a text may grow apart from its bounds. */
function foldedOf(json: string): string {
  const fields: [string, string][] = Object.entries(JSON.parse(json));
  return JSON.stringify(Object.fromEntries(fields.map(([field, text]) => [field, fold(text)])));
}

/** How texts are compared: without regard to case. */
export const fold = (text: string): string => cleanText(text).toLowerCase();

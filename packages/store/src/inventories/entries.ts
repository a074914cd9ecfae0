import { createHash } from "node:crypto";
import type { InventoryRules, SearchableEntry, SectionContent } from "@gatehouse/core/inventory";
import { cleanText, isCleanJson } from "../clean.js";
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
/**
 * Held by the one who adds entries, until its transaction ends: an inbox adds them in several rounds, so that an order
 * within each would not keep two from waiting for each other.
 */
const HOLD_ADDING = {
  name: "inventory-entries.hold-adding",
  text: `select pg_advisory_xact_lock(${ENTRIES_LOCK + 1})`,
};
const ADD = {
  name: "inventory-entries.add",
  text: `insert into inventory_entries (section, digest, entry, folded)
         select * from unnest($1::text[], $2::bytea[], $3::jsonb[], $4::jsonb[]) as said (section, digest, entry, folded)
         order by digest on conflict on constraint inventory_entries_digest do nothing`,
};

/** A searchable entry of a section. */
export interface Entry {
  readonly section: string;
  /** As JSON. */
  readonly json: string;
}

/** What can be found of a section, each once, as JSON. */
export function entriesOf(rules: InventoryRules, section: string, content: SectionContent): Set<string> {
  return new Set(rules.searchable(section, content).slice(0, MOST_ENTRIES).map(jsonOf));
}

function jsonOf(entry: SearchableEntry): string {
  const json = JSON.stringify(entry);
  if (json.length <= MOST_TEXT && isCleanJson(json)) return json;
  const fields = Object.entries(entry).map(([field, text]) => [cleanText(field), cleanText(text.slice(0, MOST_TEXT))]);
  return JSON.stringify(Object.fromEntries(fields));
}

const digestOf = ({ section, json }: Entry): Buffer => createHash("sha256").update(`${section}\0${json}`).digest();

/** What tells entries of all sections from each other, in memory. */
export const keyOfEntry = ({ section, json }: Entry): string => `${section}\0${json}`;

/**
 * The ids of entries; inside the caller's transaction.
 * @param wanted which are added where nobody has them yet
 * @param known which somebody has had: those that are gone meanwhile stay away
 * @returns by {@link keyOfEntry}
 */
export async function idsOf(
  run: Run,
  wanted: readonly Entry[],
  known: readonly Entry[] = [],
): Promise<Map<string, number>> {
  if (wanted.length + known.length === 0) return new Map();
  await run(HOLD_ENTRIES);
  const found = await find(run, [...wanted, ...known]);
  const missing = new Map(
    wanted.filter((entry) => !found.has(keyOfEntry(entry))).map((entry) => [keyOfEntry(entry), entry]),
  );
  if (missing.size === 0) return found;
  const added = [...missing.values()];
  await run(HOLD_ADDING);
  await run(ADD, [
    added.map(({ section }) => section),
    added.map(digestOf),
    added.map(({ json }) => json),
    added.map(({ json }) => foldedOf(json)),
  ]);
  return new Map([...found, ...(await find(run, added))]);
}

async function find(run: Run, entries: readonly Entry[]): Promise<Map<string, number>> {
  const [row] = await run<{ ids: (number | null)[] }>(FIND, [entries.map(digestOf)]);
  const ids = row?.ids ?? [];
  return new Map(
    entries.flatMap((entry, place) => {
      const id = ids[place];
      return typeof id === "number" ? [[keyOfEntry(entry), id] as const] : [];
    }),
  );
}

/** The values in the form in which they are compared. */
function foldedOf(json: string): string {
  const fields: [string, string][] = Object.entries(JSON.parse(json));
  return JSON.stringify(Object.fromEntries(fields.map(([field, text]) => [field, fold(text)])));
}

/** How texts are compared: without regard to case. */
export const fold = (text: string): string => cleanText(text).toLowerCase();

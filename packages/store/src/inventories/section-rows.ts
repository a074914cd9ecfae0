import { ownTurn } from "@gatehouse/core/clock";
import type { InventoryRules } from "@gatehouse/core/inventory";
import type { Run } from "../session.js";
import { type PackedContent, packContent } from "./contents.js";
import type { SectionWrite } from "./draft.js";
import { type Entry, entriesOf, idsOf, keyOfEntry } from "./entries.js";

/** A section on its way to the database. */
export interface SectionRow extends SectionWrite {
  readonly inventoryId: string;
  readonly at: Date;
}

/** Contents travel as one value with the places where each begins: an array of them would be sent as text, doubled. */
const SAID = `
  select inventory_id, name, decode(exact, 'hex') as exact, decode(quiet, 'hex') as quiet, size,
         substring($8::bytea from start for length) as content, entries::int[] as entries, at
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $9::text[], $10::timestamptz[])
    as said (inventory_id, name, exact, quiet, size, start, length, entries, at)`;

const ADD = {
  name: "inventory-sections.add",
  text: `insert into inventory_sections (inventory_id, name, exact, quiet, size, content, entries, changed_at)
         select inventory_id, name, exact, quiet, size, content, entries, at from (${SAID}) as said
         order by inventory_id, name`,
};
/** Entries that are the same stay where they are: their index is left alone then. */
const CHANGE = {
  name: "inventory-sections.change",
  text: `update inventory_sections s set exact = said.exact, quiet = said.quiet, size = said.size, content = said.content,
           entries = case when s.entries = said.entries then s.entries else said.entries end,
           changed_at = case when s.quiet = said.quiet then s.changed_at else said.at end
         from (${SAID}) as said where s.inventory_id = said.inventory_id and s.name = said.name`,
};
const REMOVE = {
  name: "inventory-sections.remove",
  text: `delete from inventory_sections s using unnest($1::uuid[], $2::text[]) as gone (inventory_id, name)
         where s.inventory_id = gone.inventory_id and s.name = gone.name`,
};

/** Entries, as long as the lists of all sections are short, that are looked at in one turn of the event loop. */
const TURN_ENTRIES = 500;

/** Stores sections with what they are found by, and removes those that are gone; as a part of a transaction. */
export async function writeSections(
  run: Run,
  rows: readonly SectionRow[],
  gone: readonly { readonly inventoryId: string; readonly name: string }[],
  rules: InventoryRules,
): Promise<void> {
  const prepared: Prepared[] = [];
  let lookedAt = 0;
  for (const row of rows) {
    const length = lengthOf(row.section.content) + (row.before === undefined ? 0 : lengthOf(row.before.content));
    if (lookedAt + length > TURN_ENTRIES) {
      await ownTurn();
      lookedAt = 0;
    }
    prepared.push({ row, found: entriesOfRow(row, rules), packed: packContent(row.section.content) });
    lookedAt += length;
  }
  const [came, went] = [prepared.flatMap(({ found }) => found.came), prepared.flatMap(({ found }) => found.went)];
  const ids = await idsOf(run, came, went);
  for (const isNew of [true, false]) {
    const some = prepared.filter(({ row }) => row.isNew === isNew);
    if (some.length > 0) await run(isNew ? ADD : CHANGE, valuesOf(some, ids));
  }
  if (gone.length > 0) await run(REMOVE, [gone.map(({ inventoryId }) => inventoryId), gone.map(({ name }) => name)]);
}

const lengthOf = (content: unknown): number => (Array.isArray(content) ? content.length : 1);

/** A section as it is written, but for the ids of what it is found by. */
interface Prepared {
  readonly row: SectionRow;
  readonly found: FoundBy;
  readonly packed: PackedContent;
}

/** What a section is found by now, as what it was found by and what is other than that. */
interface FoundBy {
  readonly kept: readonly number[];
  readonly came: readonly Entry[];
  readonly went: readonly Entry[];
}

/**
 * Of a list of packages few change, and the others need not be looked up. Also where only what is for the moment is other
 * than it was: a machine's state may be searched for.
 */
function entriesOfRow({ name: section, section: { content }, before }: SectionRow, rules: InventoryRules): FoundBy {
  const now = entriesOf(rules, section, content);
  const was = before === undefined ? new Set<string>() : entriesOf(rules, section, before.content);
  const those = (some: ReadonlySet<string>, but: ReadonlySet<string>) =>
    [...some].filter((json) => !but.has(json)).map((json) => ({ section, json }));
  // Another version of these rules may have found others in it: then all of them are looked up anew.
  if (before === undefined || before.entries.length !== was.size)
    return { kept: [], came: those(now, new Set()), went: [] };
  return { kept: before.entries, came: those(now, was), went: those(was, now) };
}

/** Sorted: the same entries are the same bytes then. */
function arrayOf(found: FoundBy, ids: ReadonlyMap<string, number>): string {
  const each = new Set(found.kept);
  for (const entry of found.went) each.delete(ids.get(keyOfEntry(entry)) ?? 0);
  for (const entry of found.came) each.add(ids.get(keyOfEntry(entry)) ?? 0);
  return `{${[...each].toSorted((a, b) => a - b).join()}}`;
}

function valuesOf(some: readonly Prepared[], ids: ReadonlyMap<string, number>): unknown[] {
  const rows = some.map(({ row }) => row);
  const packed = some.map((each) => each.packed);
  let start = 1;
  const starts = packed.map(({ content }) => {
    const at = start;
    start += content.length;
    return at;
  });
  return [
    rows.map(({ inventoryId }) => inventoryId),
    rows.map(({ name }) => name),
    rows.map(({ section }) => section.exact),
    rows.map(({ section }) => section.quiet),
    packed.map(({ size }) => size),
    starts,
    packed.map(({ content }) => content.length),
    Buffer.concat(packed.map(({ content }) => content)),
    some.map(({ found }) => arrayOf(found, ids)),
    rows.map(({ at }) => at),
  ];
}

import type { InventoryRules } from "@gatehouse/core/inventory";
import type { Run } from "../session.js";
import { packContent } from "./contents.js";
import type { SectionWrite } from "./draft.js";
import { type Entry, entriesOf, idsOf } from "./entries.js";

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

/** Stores sections with what they are found by, and removes those that are gone; as a part of a transaction. */
export async function writeSections(
  run: Run,
  rows: readonly SectionRow[],
  gone: readonly { readonly inventoryId: string; readonly name: string }[],
  rules: InventoryRules,
): Promise<void> {
  // Also where only what is for the moment is other than it was: a machine's state may be searched for.
  const found = new Map(rows.map((row) => [row, entriesOf(rules, row.name, row.section.content)]));
  const ids = await idsOf(run, [...found.values()].flat());
  const entriesOfRow = (row: SectionRow): string => arrayOf(found.get(row) ?? [], ids);
  for (const isNew of [true, false]) {
    const some = rows.filter((row) => row.isNew === isNew);
    if (some.length > 0) await run(isNew ? ADD : CHANGE, valuesOf(some, entriesOfRow));
  }
  if (gone.length > 0) await run(REMOVE, [gone.map(({ inventoryId }) => inventoryId), gone.map(({ name }) => name)]);
}

/** Sorted: the same entries are the same bytes then. */
function arrayOf(entries: readonly Entry[], ids: ReadonlyMap<string, number>): string {
  const each = new Set(entries.flatMap(({ digest }) => ids.get(digest.toString("hex")) ?? []));
  return `{${[...each].toSorted((a, b) => a - b).join()}}`;
}

function valuesOf(rows: readonly SectionRow[], entriesOfRow: (row: SectionRow) => string): unknown[] {
  const packed = rows.map(({ section }) => packContent(section.content));
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
    rows.map(entriesOfRow),
    rows.map(({ at }) => at),
  ];
}

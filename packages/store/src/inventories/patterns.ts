import { GatehouseError } from "@gatehouse/core/errors";
import type { InventoryCondition } from "@gatehouse/core/inventory";
import { Conditions } from "../conditions.js";
import { fold } from "./entries.js";

/** The fields by which entries can be found, by section. */
export type SearchableFields = Readonly<Record<string, readonly string[]>>;

const MOST_CONDITIONS = 10;
/** Characters of what a field is compared with. */
const MOST_TEXT = 1_000;
/** Characters of a name that its index has. */
const INDEXED = 200;

/** A condition on entries, ready to be asked. */
export interface EntryCondition {
  readonly section: string;
  /** Which entries fit, and its values. */
  readonly where: Conditions;
}

/** @throws request-malformed for no condition, too many, and what cannot be searched */
export function conditionsOf(
  conditions: readonly InventoryCondition[],
  searchable: SearchableFields,
): EntryCondition[] {
  if (conditions.length === 0) throw malformed("A search needs at least one condition.");
  if (conditions.length > MOST_CONDITIONS) throw malformed(`A search has at most ${MOST_CONDITIONS} conditions.`);
  return conditions.map(({ section, fields }) => {
    const known = Object.hasOwn(searchable, section) ? searchable[section] : undefined;
    if (known === undefined) throw malformed(`The section ${JSON.stringify(section)} cannot be searched.`);
    const asked = Object.entries(fields);
    if (asked.length === 0)
      throw malformed(`What of ${section} is searched for? Such as ${known.slice(0, 3).join(", ")}.`);
    const where = new Conditions().add("section = ?", section);
    const exact: [string, string][] = [];
    for (const [field, said] of asked) {
      if (!known.includes(field))
        throw malformed(
          `The field ${JSON.stringify(field)} of ${section} cannot be searched; ${known.join(", ")} can.`,
        );
      if (said.length > MOST_TEXT) throw malformed(`A text to search for has at most ${MOST_TEXT} characters.`);
      const text = fold(said);
      if (text.includes("*")) addPattern(where, field, text);
      else exact.push([field, text]);
    }
    if (exact.length > 0) where.add("folded @> ?::jsonb", JSON.stringify(Object.fromEntries(exact)));
    return { section, where };
  });
}

/** In the order of bytes, as the index for beginnings of names is. */
function addPattern(where: Conditions, field: string, text: string): void {
  const begin = text.slice(0, text.indexOf("*")).slice(0, INDEXED);
  if (field === "name" && begin !== "") {
    where.add("left(folded ->> 'name', 200) ~>=~ ?", begin);
    where.add("left(folded ->> 'name', 200) ~<~ ?", `${begin}\u{10ffff}`);
  }
  const pattern = text.replace(/[\\%_]/g, "\\$&").replace(/\*+/g, "%");
  const name = where.value(field);
  where.add(`folded ->> ${name}::text like ?`, pattern);
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);

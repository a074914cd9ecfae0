import type { FieldModel, SectionModel } from "../schema/kinds.js";
import { boundedOf, type Cast, casts, formOf, isEmpty, wordOf } from "./casts.js";
import type { DateOrder } from "./dates.js";
import { cleanKey, LONGEST_TEXT, plainValue } from "./plain.js";
import type { Repairs } from "./repairs.js";
import type { SectionRules } from "./table.js";

type Json = Readonly<Record<string, unknown>>;
/** Fields of one entry that are not of the model. */
const MOST_FOREIGN = 200;

type Path = readonly (string | number)[];

/** What one field's value becomes; undefined leaves it out. */
type FieldRepair = (said: unknown, path: () => Path, repairs: Repairs) => unknown;

/** What an object or a list of the model becomes. */
export type ShapeRepair = (said: unknown, path: () => Path, repairs: Repairs) => unknown;

/**
 * The repair of a part of the model, made once. What fits comes back as the same object: most of an inventory does, and
 * writing only what changes is what makes it cheap.
 */
export function shapeRepair(model: SectionModel, rules: SectionRules = {}): ShapeRepair {
  const entry = entryRepair(model, rules);
  return model.shape === "list" ? listRepair(entry) : objectRepair(entry);
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type EntryRepair = (said: Json, path: () => Path, repairs: Repairs) => Json;

const listRepair =
  (entry: EntryRepair): ShapeRepair =>
  (said, path, repairs) => {
    // One of a kind stands alone in XML.
    const items: readonly unknown[] = Array.isArray(said) ? said : [said];
    const made: Json[] = [];
    let isSame = items === said;
    for (const [i, item] of items.entries()) {
      const at = () => [...path(), i];
      if (!isObject(item)) {
        if (!isEmpty(item)) repairs.note("dropped", at(), "An entry is an object.", item);
        isSame = false;
        continue;
      }
      const repaired = entry(item, at, repairs);
      isSame &&= repaired === item;
      made.push(repaired);
    }
    return isSame ? said : made;
  };

const objectRepair =
  (entry: EntryRepair): ShapeRepair =>
  (said, path, repairs) => {
    const one = Array.isArray(said) ? said.find(isObject) : said;
    if (Array.isArray(said) && said.length > 1) repairs.note("dropped", path(), "There is one of it: the first.", said);
    if (isObject(one)) return entry(one, path, repairs);
    if (!isEmpty(said)) repairs.note("dropped", path(), "It is an object.", said);
    return undefined;
  };

function entryRepair(model: SectionModel, rules: SectionRules): EntryRepair {
  const fields = new Map(
    Object.entries(model.fields).map(([name, field]) => [name, fieldRepair(field, rules.order ?? "day-first")]),
  );
  const dropped = new Set(rules.dropped);
  const renamed = new Map(Object.entries(rules.renamed ?? {}));
  const { completed } = rules;
  return (said, path, repairs) => {
    let entry = said;
    let foreign = 0;
    // Copied at the first change only.
    const set = (name: string, value: unknown) => {
      if (entry === said) entry = { ...said };
      assign(entry as Record<string, unknown>, name, value);
    };
    for (const key of Object.keys(said)) {
      const value = said[key];
      const field = fields.get(key);
      const at = () => [...path(), key];
      if (field !== undefined) {
        const repaired = field(value, at, repairs);
        if (repaired !== value) set(key, repaired);
      } else if (dropped.has(key)) {
        set(key, undefined);
        if (!isEmpty(value)) repairs.note("dropped", at(), "It is said better elsewhere.", value);
      } else if (renamed.has(key)) {
        set(key, undefined);
        move(said, key, at);
      } else keepForeign(key, value, at);
    }
    const more = completed?.(entry);
    for (const [name, value] of Object.entries(more ?? {})) {
      const was = entry[name];
      if (was !== undefined && was !== value && typeof was !== "object")
        repairs.note("changed", [...path(), name], "The model has another form of it.", was);
      set(name, value);
    }
    return entry;

    function move(from: Json, key: string, at: () => Path): void {
      const to = renamed.get(key) ?? key;
      if (entry[to] !== undefined && entry[to] !== "") {
        repairs.note("dropped", at(), `It is said as ${to}.`, from[key]);
        return;
      }
      const value = fields.get(to)?.(from[key], at, repairs);
      if (value === undefined) return;
      repairs.note("moved", at(), `The model calls it ${to}.`, from[key]);
      set(to, value);
    }

    function keepForeign(key: string, value: unknown, at: () => Path): void {
      if (++foreign > MOST_FOREIGN) {
        set(key, undefined);
        repairs.note("dropped", at(), `It has more than ${MOST_FOREIGN} fields that the model has not.`, value);
        return;
      }
      const name = cleanKey(key);
      const kept = plainValue(value);
      if (name === key && kept === value && kept !== "") return;
      if (name !== key) set(key, undefined);
      if (name !== undefined && (name === key || entry[name] === undefined)) set(name, kept === "" ? undefined : kept);
      if (name === undefined || (kept === undefined && !isEmpty(value)))
        repairs.note("dropped", at(), "It is too large, too deep, or of no name.", value);
    }
  };
}

/** By definition: a field may be named `__proto__`. What is left out goes. */
function assign(entry: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete entry[name];
  else Object.defineProperty(entry, name, { value, enumerable: true, configurable: true, writable: true });
}

function fieldRepair(model: FieldModel, order: DateOrder): FieldRepair {
  if (typeof model === "object" && "shape" in model) return shapeRepair(model, nestedRules);
  const cast = castOf(model);
  const isList = typeof model === "string" && (model === "texts" || model === "integers" || model === "ips");
  return (said, path, repairs) => {
    if (isEmpty(said)) return undefined;
    const made = cast(said, order);
    if (made === said && !(typeof made === "string" && made.length > LONGEST_TEXT)) return said;
    if (typeof made === "string" && made.length > LONGEST_TEXT) {
      repairs.note("dropped", path(), `It has more than ${LONGEST_TEXT} characters.`, made);
      return undefined;
    }
    if (made === undefined) {
      repairs.note("dropped", path(), `It is no ${nameOf(model)}.`, said);
      return undefined;
    }
    if (made === "") return undefined;
    if (isList ? lost(said, made) : isWorthTelling(said, made))
      repairs.note("changed", path(), `The model has a ${nameOf(model)} here.`, said);
    return made;
  };
}

/** Blanks around a text, and a number in quotes as XML has them, are no fault of the agent. */
const isWorthTelling = (said: unknown, made: unknown): boolean =>
  typeof said !== "string" ||
  (typeof made === "number" || typeof made === "boolean" ? said.trim() !== plainText(made) : said.trim() !== made);
const plainText = (made: number | boolean): string => (typeof made === "boolean" ? String(Number(made)) : String(made));

/** Whether a list lost members, or members their form. */
const lost = (said: unknown, made: unknown): boolean =>
  Array.isArray(said) &&
  Array.isArray(made) &&
  (made.length !== said.length || made.some((item, i) => String(item) !== String(said[i]).trim()));

function castOf(model: Exclude<FieldModel, SectionModel>): Cast {
  if (typeof model === "string") return casts[model];
  if ("words" in model) return wordOf(model);
  return "pattern" in model ? formOf(model) : boundedOf(model);
}

const nameOf = (model: FieldModel): string =>
  typeof model === "string" ? (names[model] ?? model) : "words" in model ? "word of a few" : "value of its form";
const names: Readonly<Record<string, string>> = {
  integer: "whole number",
  megabytes: "size in MB",
  milliwatthours: "charge in mWh",
  millivolts: "voltage in mV",
  watts: "power in W",
  boolean: "yes or no",
  dateordatetime: "date",
  datetime: "time",
  texts: "list of texts",
  integers: "list of whole numbers",
  ips: "list of addresses",
  ip: "address",
  ipv4: "address",
  ipv6: "address",
};

/** Parts of an entry have no rules of their own but for an operating system's. */
const nestedRules: SectionRules = {};

import { isSecretName, withoutAgentSecrets, withoutSecrets } from "@gatehouse/core/redaction";
import { type Misfit, misfitsIn } from "../schema/check.js";
import { sections } from "../schema/sections.js";
import { cleanText, isEmpty } from "./casts.js";
import { type ShapeRepair, shapeRepair } from "./entry.js";
import { cleanKey, plainValue } from "./plain.js";
import type { Repairs } from "./repairs.js";
import { droppedSections, renamedSections, sectionRules } from "./table.js";

/** Sections of one message: the model has 50. */
const MOST_SECTIONS = 300;
/** How often what does not fit is taken out: an entry may come not to fit by what it lost, and its section by that. */
const ROUNDS = 4;

const repairOf: ReadonlyMap<string, ShapeRepair> = new Map(
  [...sections].map(([name, model]) => [name, shapeRepair(model, sectionRules.get(name))]),
);

type Json = Readonly<Record<string, unknown>>;
type Content = Record<string, unknown>;

/** What an inventory says besides its sections, in the place where old agents say it. */
export interface Repaired {
  /** By section; fits the schema. No prototype: agents name the keys. */
  readonly content: Json;
  readonly tag: string | undefined;
}

/**
 * An inventory's content as our model has it. What agents say in another form is put into that, what means nothing is
 * left out, and each of both is noted; nothing that was said wrongly takes anything else with it (wire/xml-inventory.md
 * section 6). Passwords of the agent are masked before anything else is done.
 * @param said by section, names in lower case
 */
export function repair(said: Json, repairs: Repairs): Repaired {
  const content: Content = Object.create(null);
  let count = 0;
  for (const [key, value] of Object.entries(said)) {
    const name = cleanKey(renamedSections.get(key) ?? key);
    if (isEmpty(value) || key === "accountinfo") continue;
    if (name === undefined || droppedSections.has(name) || ++count > MOST_SECTIONS) {
      repairs.note("dropped", [name ?? "?"], "Nobody looks at such a section.", value);
      continue;
    }
    if (name !== key && content[name] === undefined && said[name] === undefined)
      repairs.note("moved", [key], `The model calls it ${name}.`, value);
    else if (name !== key) {
      repairs.note("dropped", [key], `It is said as ${name}.`, value);
      continue;
    }
    const made = sectionOf(name, withoutAgents(name, value), repairs);
    if (!isEmpty(made)) content[name] = made;
  }
  moveVersionClient(content);
  for (const name of Object.keys(content)) for (let round = 1; dropMisfits(content, name, round, repairs); round++);
  return { content, tag: tagIn(said) };
}

function sectionOf(name: string, said: unknown, repairs: Repairs): unknown {
  if (name === "versionclient") return typeof said === "string" ? cleanText(said) : undefined;
  const made = repairOf.get(name);
  if (made !== undefined) return made(said, () => [name], repairs);
  const plain = plainValue(said);
  if (plain === undefined) repairs.note("dropped", [name], "It is too large, too deep, or no data.", said);
  return plain;
}

/** What comes before everything else: no secret reaches a list of repairs, a digest or a log. */
function withoutAgents(name: string, said: unknown): unknown {
  if (name === "versionprovider" || name === "accesslog") return masked(said, withoutAgentSecrets, 0);
  if (name === "processes") return eachOf(said, (entry) => withMasked(entry, "cmd"));
  if (name === "envs")
    return eachOf(said, (entry) =>
      isObject(entry) && isSecretName(String(entry["key"])) ? { ...entry, val: "***" } : withMasked(entry, "val"),
    );
  return said;
}

/** One of a kind stands alone in XML. */
const eachOf = (said: unknown, change: (entry: unknown) => unknown): unknown =>
  Array.isArray(said) ? said.map(change) : change(said);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function withMasked(entry: unknown, field: string): unknown {
  if (!isObject(entry)) return entry;
  const said = entry[field];
  const made = masked(said, withoutSecrets, 0);
  return made === said ? entry : { ...entry, [field]: made };
}

function masked(value: unknown, mask: (text: string) => string, level: number): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null || level > 5) return level > 5 ? undefined : value;
  if (Array.isArray(value)) return value.map((item) => masked(item, mask, level + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isSecretName(key) && typeof item === "string" ? "***" : masked(item, mask, level + 1),
    ]),
  );
}

/** Old agents say their version among the hardware. */
function moveVersionClient(content: Content): void {
  const { hardware } = content;
  if (!isObject(hardware) || !Object.hasOwn(hardware, "versionclient")) return;
  const { versionclient, ...rest } = hardware;
  content["hardware"] = rest;
  if (content["versionclient"] === undefined && typeof versionclient === "string")
    content["versionclient"] = versionclient;
}

/** The TAG of OCS and FusionInventory, which administrators give an agent. */
function tagIn({ accountinfo }: Json): string | undefined {
  const one = Array.isArray(accountinfo) ? (accountinfo.length === 1 ? accountinfo[0] : undefined) : accountinfo;
  if (!isObject(one) || one["keyname"] !== "TAG") return undefined;
  const tag = one["keyvalue"];
  return typeof tag === "string" && cleanText(tag) !== "" ? cleanText(tag) : undefined;
}

/** @returns whether something was dropped, so that what is left has to be looked at again */
function dropMisfits(content: Content, section: string, round: number, repairs: Repairs): boolean {
  const misfits = misfitsIn(section, content[section]);
  if (misfits.length === 0) return false;
  if (round > ROUNDS) {
    repairs.note("dropped", [section], "It does not come to fit the schema.", content[section]);
    delete content[section];
    return false;
  }
  // What came is the caller's: only what has to change is copied.
  if (round === 1) content[section] = structuredClone(content[section]);
  const emptied = new Map<unknown[], Set<number>>();
  for (const misfit of misfits) drop(content, misfit, emptied, repairs);
  for (const [list, indices] of emptied) {
    const kept = list.filter((_, i) => !indices.has(i));
    kept.forEach((item, i) => {
      list[i] = item;
    });
    list.length = kept.length;
  }
  return true;
}

/** Takes one value out; of lists later, so that the indices of the others stay right. */
function drop(
  content: Content,
  { path, missing, why }: Misfit,
  emptied: Map<unknown[], Set<number>>,
  repairs: Repairs,
) {
  let parent: unknown = content;
  for (const part of path.slice(0, -1)) parent = (parent as Content)[part];
  const last = path.at(-1) ?? "";
  const at = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const reason = missing === undefined ? `The schema says: ${why}.` : `Without ${missing} it says nothing.`;
  if (Array.isArray(parent)) {
    const indices = emptied.get(parent) ?? new Set();
    if (indices.has(Number(last))) return;
    emptied.set(parent, indices.add(Number(last)));
    repairs.note("dropped", at, reason, parent[Number(last)]);
  } else if (isObject(parent) && Object.hasOwn(parent, last)) {
    repairs.note("dropped", at, reason, parent[last]);
    delete (parent as Content)[last];
  }
}

import { GatehouseError } from "@gatehouse/core/errors";
import type {
  InventoryChange,
  InventoryFact,
  InventoryRules,
  SealedSection,
  SectionContent,
} from "@gatehouse/core/inventory";
import { cleanText } from "../clean.js";
import type { InventoryState } from "./states.js";

/** Characters of a section's name. */
const LONGEST_NAME = 200;

/** One inventory with what is to be done about it. */
export interface Draft {
  readonly fact: InventoryFact;
  readonly state: InventoryState | undefined;
  /** Sections whose bytes differ from what is stored, by name. */
  readonly differing: ReadonlyMap<string, SealedSection>;
  /** Names of sections that are there no more. */
  readonly gone: readonly string[];
  /** Names of the sections whose stored contents have to be read: the others are as they were, but for what is volatile. */
  readonly toRead: readonly string[];
}

/** What is to be stored of a section. */
export interface SectionWrite {
  readonly name: string;
  readonly section: SealedSection;
  readonly isNew: boolean;
  /** False: only what is volatile is other than it was. */
  readonly isChanged: boolean;
  /** What is stored, where it was read. */
  readonly before: StoredContent | undefined;
}

/** A section as it is stored. */
export interface StoredContent {
  readonly content: SectionContent;
  /** Ids of what it is found by. */
  readonly entries: readonly number[];
}

/** What comes out of a draft. */
export interface Finished {
  readonly writes: readonly SectionWrite[];
  readonly gone: readonly string[];
  readonly changes: readonly InventoryChange[];
}

/** What is seen from outside says less, and would take from what was told in full, until that is told again. */
export const isGlance = ({ scope }: InventoryFact, state: InventoryState | undefined): boolean =>
  scope === "discovery" && state?.wasFull === true;

/** Compares what an agent says with what is stored, by digests. @throws request-malformed for a section's name that is too long */
export function draftOf(fact: InventoryFact, state: InventoryState | undefined, rules: InventoryRules): Draft {
  const said = new Map<string, SealedSection>();
  for (const [name, section] of fact.sections) {
    if (name.length > LONGEST_NAME)
      throw new GatehouseError("request-malformed", `A section's name has at most ${LONGEST_NAME} characters.`);
    said.set(cleanText(name), section);
  }
  const stored = state?.sections ?? new Map<string, never>();
  const saysLess = isGlance(fact, state);
  const differing = new Map([...said].filter(([name, { exact }]) => !saysLess && stored.get(name)?.exact !== exact));
  const gone = fact.scope === "full" ? [...stored.keys()].filter((name) => !said.has(name)) : [];
  const isMerged = (name: string) => fact.scope !== "full" && rules.addsTo(name);
  const read = [...differing].filter(([name, { quiet }]) => {
    const before = stored.get(name);
    return before !== undefined && (before.quiet !== quiet || isMerged(name));
  });
  return { fact, state, differing, gone, toRead: [...read.map(([name]) => name), ...gone] };
}

/**
 * What is to be stored, and what changed.
 * @param before the contents that were to be read, by name
 */
export function finish(draft: Draft, before: ReadonlyMap<string, StoredContent>, rules: InventoryRules): Finished {
  const { fact, state, differing, gone } = draft;
  const writes: SectionWrite[] = [];
  const changes: InventoryChange[] = [];
  for (const [name, said] of differing) {
    const was = state?.sections.get(name);
    const merged = was !== undefined && fact.scope !== "full" && rules.addsTo(name);
    const section = merged ? rules.seal(name, together(before.get(name)?.content, said.content)) : said;
    if (was?.exact === section.exact) continue;
    const isChanged = was?.quiet !== section.quiet;
    writes.push({ name, section, isNew: was === undefined, isChanged, before: before.get(name) });
    // The first word of a machine changes nothing, nor what was not known because the whole of it had never come.
    if (isChanged && (was !== undefined || state?.wasFull === true))
      changes.push(...rules.changes(name, before.get(name)?.content, section.content));
  }
  for (const name of gone) changes.push(...rules.changes(name, before.get(name)?.content, undefined));
  return { writes, gone, changes };
}

/** What is said now, beside what was known and is not said again. */
function together(before: SectionContent, said: SectionContent): SectionContent {
  return isObject(before) && isObject(said) ? { ...before, ...said } : said;
}

const isObject = (content: SectionContent): content is Record<string, unknown> =>
  typeof content === "object" && content !== null && !Array.isArray(content);

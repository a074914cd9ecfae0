import type { Evidence } from "../nodes/index.js";

/** What an inventory describes, as agents name it; a custom asset is `Glpi\CustomAsset\NameAsset`. */
export type ItemType = string;

/**
 * How much of its machine a message tells. full: all of it, what is missing is gone; partial: some sections, the others
 * are as before; discovery: what could be seen from outside, as long as nobody told all of it.
 */
export const inventoryScopes = ["full", "partial", "discovery"] as const;
export type InventoryScope = (typeof inventoryScopes)[number];

/** A section's content: an object (`bios`), a list of entries (`softwares`) or a text (`versionclient`). */
export type SectionContent = unknown;

/** A section in canonical form, with what tells it from another. */
export interface SealedSection {
  /** In canonical form: lists in their order, keys sorted. */
  readonly content: SectionContent;
  /** SHA-256 in hex of the whole content. */
  readonly exact: string;
  /** SHA-256 in hex of the content without what only says how it is at the moment: when it is the same, nothing changed. */
  readonly quiet: string;
}

/** By name of the section, such as `softwares`; any name that an agent says, `__proto__` too. */
export type Sections = ReadonlyMap<string, SealedSection>;

/** Something that an agent said wrongly, and what was made of it. */
export interface Repair {
  /** Where, such as `softwares[12].install_date`; of many alike the first. */
  readonly path: string;
  /** What was done: its value was changed to what it means, moved to its right place, or left out. */
  readonly did: "changed" | "moved" | "dropped";
  /** One sentence. */
  readonly why: string;
  /** The beginning of what stood there; never a secret. */
  readonly was: string;
  /** How often, in this section and for this reason. */
  readonly times: number;
}

/** What a submission says of one machine's parts, ready to be stored. */
export interface InventoryFact {
  readonly fact: "inventory";
  /** The name under which the agent says it: its own, or that of the host that it looked at. */
  readonly deviceId: string;
  readonly itemType: ItemType;
  readonly scope: InventoryScope;
  /** What the machine is called; undefined where nothing says it. */
  readonly name: string | undefined;
  readonly tag: string | undefined;
  /** The agent's program and version, as it says them. */
  readonly versionClient: string;
  readonly sections: Sections;
  /** What tells this machine from others. */
  readonly evidence: readonly Evidence[];
  readonly repairs: readonly Repair[];
  /**
   * Whose machine it is. own: the agent's; collected: one that the agent looked at from outside (ESX, remote, discovery);
   * unsure: said under the agent's own name, and maybe another's ({@link InventoryRules.isOther} tells).
   */
  readonly of: "own" | "collected" | "unsure";
}

/** One difference between two states of an inventory. */
export interface InventoryChange {
  /** Parts joined by a dot: the section, the entry by what tells it from others, the field. */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it is gone. */
  readonly after: unknown;
}

/** What of an entry can be searched for: flat texts by field, such as `{name: "openssl", version: "3.0.11"}`. */
export type SearchableEntry = Readonly<Record<string, string>>;

/** What the store asks of those who know inventories. All pure. */
export interface InventoryRules {
  /** A section's content in canonical form: for one that was put together of two. */
  seal(section: string, content: SectionContent): SealedSection;
  /** Whether a partial message's section adds to what is known of it (`bios`, `hardware`) rather than taking its place. */
  addsTo(section: string): boolean;
  /**
   * What changed between two states of one section, which are in canonical form; without what only says how it is at the
   * moment. Bounded: the last one, at the path of the section, says how many more there are.
   * @param before undefined: there was no such section
   * @param after undefined: it is gone
   */
  changes(section: string, before: SectionContent | undefined, after: SectionContent | undefined): InventoryChange[];
  /** What of a section's entries can be searched for, each once. */
  searchable(section: string, content: SectionContent): SearchableEntry[];
  /**
   * Whether what is said under an agent's name is of another machine than what is known of that agent's own: a host that
   * it looked at, a clone, or somebody else who took the name. Nothing that is missing speaks for another machine.
   */
  isOther(known: readonly Evidence[], said: readonly Evidence[]): boolean;
}

import type { ItemType, Repair, SectionContent } from "./types.js";

/** What one agent says of a node's parts, as operators see it. */
export interface StoredInventory {
  readonly nodeId: string;
  /** The agent that said it. */
  readonly agentId: string;
  /** Whether the agent runs elsewhere and looked at it from outside. */
  readonly isCollected: boolean;
  readonly deviceId: string;
  readonly itemType: ItemType;
  readonly tag: string | null;
  readonly versionClient: string;
  /** False: a part came without the whole before it, or one could not be processed; the agent has been asked for all of it. */
  readonly isComplete: boolean;
  readonly seenAt: Date;
  /** When something but volatile fields was other than before. */
  readonly changedAt: Date;
  /** When all of it came last. */
  readonly fullAt: Date | null;
  /** Of the newest message. */
  readonly repairs: readonly Repair[];
  /** By name. */
  readonly sections: readonly StoredSection[];
}

export interface StoredSection {
  readonly name: string;
  readonly content: SectionContent;
  readonly changedAt: Date;
}

/** What a node is searched by: all fields of one entry of a section. */
export interface InventoryCondition {
  /** Such as `softwares`. */
  readonly section: string;
  /** By field: a text compared without regard to case, `*` standing for any characters. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A node that fits, with the entries that made it fit. */
export interface InventoryHit {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly found: readonly { readonly section: string; readonly entry: Readonly<Record<string, string>> }[];
}

export interface InventoryHitPage {
  readonly hits: readonly InventoryHit[];
  readonly next: string | null;
}

/** Port: what nodes are made of. */
export interface Inventories {
  /**
   * What is known of a node, the agent's own first; empty where nothing is.
   * @param sections names of those that are wanted; all unless told
   */
  of(nodeId: string, sections?: readonly string[]): Promise<StoredInventory[]>;
  /**
   * Nodes that fit every condition, by name.
   * @throws request-malformed for a foreign cursor, no condition, more than 10, or a field that cannot be searched
   */
  search(conditions: readonly InventoryCondition[], page: { limit: number; after?: string }): Promise<InventoryHitPage>;
  /** Nodes that have an inventory, by name, each with it: for exports. @throws request-malformed for a foreign cursor */
  list(
    page: { limit: number; after?: string },
    sections?: readonly string[],
  ): Promise<{
    readonly inventories: readonly (StoredInventory & { readonly nodeName: string })[];
    readonly next: string | null;
  }>;
}

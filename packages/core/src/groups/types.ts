import type { Problem, Rule } from "../expression/index.js";

/**
 * What a rule or a list of nodes gets. Its members are members of its parent too; they are those that the rule takes
 * and those that the list names.
 */
export interface Group {
  /** Compared without regard to case. */
  readonly name: string;
  readonly description?: string;
  readonly parent?: string;
  /** Its parent's unless told, 0 without a parent; never below its parent's. The highest wins. */
  readonly priority?: number;
  readonly rule?: Rule;
  /** Ids, names or aliases; text is compared as {@link Rule}'s field `reference` is. */
  readonly nodes?: readonly string[];
  /** By the setting's name, such as `dsc.configurations`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How values of one setting from several groups become one. */
export const settingMerges = ["replace", "union", "deep"] as const;
/** replace: the first counts; union: lists, one after another without repeats; deep: objects, the first counts for each leaf. */
export type SettingMerge = (typeof settingMerges)[number];

/** A setting that groups and nodes may carry, declared by the protocol that reads it. */
export interface SettingDefinition {
  /** Begins with its protocol: `dsc.configurations`. */
  readonly name: string;
  readonly protocol: string;
  readonly description: string;
  /** JSON Schema (draft 2020-12) of a value. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly merge: SettingMerge;
  /** For `deep`: how many levels of objects are merged; what is below is taken whole. */
  readonly depth?: number;
  /** True: groups of one priority may not give different values, unless one of them is above the other. */
  readonly refusesConflicts?: boolean;
  /** What is wrong with a value that fits the schema. Pure. */
  readonly check?: (value: unknown) => readonly Problem[];
}

/** A group as it is stored. */
export interface StoredGroup {
  readonly group: Group;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** What became of a group that was put. */
export interface PutGroup {
  readonly stored: StoredGroup;
  /** Undefined for a new one. */
  readonly before: Group | undefined;
  /** False when it was so already: nothing is written then. */
  readonly changed: boolean;
}

/** Groups to put and to remove, all or nothing. */
export interface GroupChanges {
  readonly put?: readonly Group[];
  /** By name. */
  readonly remove?: readonly string[];
}

import type { Rule } from "../expression/index.js";
import type { FactTree } from "../facts/index.js";
import type { NodePage, NodeSettings } from "../nodes/index.js";

/** Where a value comes from: an operator's hand, or a group. */
export type Source = { readonly by: "hand" } | { readonly by: "group"; readonly group: string };

/** Why a value that was there did not come through. */
export interface Considered {
  readonly source: Source;
  readonly value: unknown;
  /** True where (a part of) it is in the result. */
  readonly used: boolean;
  /** Such as `group web has priority 20, this one 10`. */
  readonly because: string;
}

/**
 * Two groups of one priority, neither above the other, that give different values where the setting allows none: what
 * came first by name is in the result, and whoever uses the setting refuses it.
 */
export interface SettingConflict {
  readonly setting: string;
  /** Keys that lead to the place in the value; empty for the whole of it. */
  readonly path: readonly string[];
  readonly groups: readonly [string, string];
}

/** One setting of a node after resolution. */
export interface SettingExplanation {
  readonly setting: string;
  readonly value: unknown;
  /** Who gave it, in order of precedence: one for `replace`, maybe several for `union` and `deep`. */
  readonly from: readonly Source[];
  /** All that was there, the winner first. */
  readonly considered: readonly Considered[];
  readonly conflicts: readonly SettingConflict[];
}

/** Whether a group took a node, and why. */
export interface GroupExplanation {
  readonly group: string;
  readonly priority: number;
  readonly matches: boolean;
  /** Such as `labels.role eq "web": it is "db"`, or `the parent linux does not match`. */
  readonly because: string;
}

/** What a node gets, and why. */
export interface Explanation {
  readonly nodeId: string;
  readonly settings: readonly SettingExplanation[];
  /** Every group, in order of precedence. */
  readonly groups: readonly GroupExplanation[];
}

/** A group that is tried before it is put: rule, list and parent are as in a group. */
export interface GroupDraft {
  readonly rule?: Rule;
  readonly nodes?: readonly string[];
  readonly parent?: string;
}

/** A page of the nodes that a group takes, by name, with how many they are in all. */
export interface Members extends NodePage {
  readonly total: number;
}

/** What a source says of a node, in the place of what it said before. */
export interface FactsOnTheirWay {
  readonly source: string;
  readonly facts: FactTree;
}

/** What a node gets: every setting with its value. */
export type ResolvedSettings = NodeSettings;

/** What a node gets, and where its groups do not agree. */
export interface Resolution {
  readonly settings: ResolvedSettings;
  readonly conflicts: readonly SettingConflict[];
}

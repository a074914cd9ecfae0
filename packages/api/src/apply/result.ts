import type { FieldChange } from "./kind.js";

/** What an apply does with one thing. `left`: the files do not name it any more, and it was not asked to go. */
export type Action = "create" | "update" | "remove" | "left";

export interface AppliedChange {
  readonly action: Action;
  readonly kind: string;
  readonly name: string;
  /** Of an update. */
  readonly fields: readonly FieldChange[];
  /** Of what is left, and why. */
  readonly note: string | null;
}

/** What an apply did; in a dry run, would do. */
export interface ApplyResult {
  readonly set: string;
  readonly dryRun: boolean;
  readonly changes: readonly AppliedChange[];
  readonly unchanged: number;
  readonly warnings: readonly { readonly kind: string; readonly name: string; readonly message: string }[];
}

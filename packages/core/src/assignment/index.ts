/** The setting that carries the configurations an operator gave a node. */
export const DSC_CONFIGURATIONS = "dsc.configurations";

/** The strings in a stored list; anything else in it is not ours and is left out. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

export type { Assignments } from "./assignments.js";
export { explain } from "./explain.js";
export { type Rulebook, resolve, resolveAlone, rulebookOf } from "./resolve.js";
export * from "./types.js";

import type { SettingConflict } from "../assignment/index.js";
import { GatehouseError } from "../errors/index.js";
import { catalogSettings } from "./types.js";

const OURS: ReadonlySet<string> = new Set(Object.values(catalogSettings));

/**
 * Before anything is made of a node's settings for catalogs.
 * @throws what {@link conflictFailure} answers
 */
export function refuseConflicts(conflicts: readonly SettingConflict[]): void {
  const failure = conflictFailure(conflicts);
  if (failure !== undefined) throw failure;
}

/** @returns catalog-failed naming both groups and the place, where groups of one priority do not agree */
export function conflictFailure(conflicts: readonly SettingConflict[]): GatehouseError | undefined {
  const found = conflicts.find(({ setting }) => OURS.has(setting));
  if (found === undefined) return undefined;
  const [one, other] = found.groups;
  return new GatehouseError(
    "catalog-failed",
    `Groups ${one} and ${other} have one priority and give different values for ${placeOf(found)}; give one of them a higher priority.`,
  );
}

function placeOf({ setting, path }: SettingConflict): string {
  const [first, second] = path;
  if (first === undefined) return `the setting ${setting}`;
  if (setting === catalogSettings.parameters) return `the parameter ${first}`;
  const whose = setting === catalogSettings.classes ? `class ${first}` : first;
  return second === undefined ? whose : `parameter ${second} of ${whose}`;
}

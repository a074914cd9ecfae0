import type { SettingConflict } from "@gatehouse/core/assignment";
import { catalogSettings } from "@gatehouse/core/catalogs";
import { failure } from "./failure.js";

const OURS: ReadonlySet<string> = new Set(Object.values(catalogSettings));

/** @throws catalog-failed naming both groups and the place, for the first of the settings of catalogs */
export function refuseConflicts(conflicts: readonly SettingConflict[]): void {
  const found = conflicts.find(({ setting }) => OURS.has(setting));
  if (found === undefined) return;
  const [one, other] = found.groups;
  throw failure(
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

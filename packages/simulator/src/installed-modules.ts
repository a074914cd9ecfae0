import { LcmError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import type { ModuleReference } from "./mof.js";

/**
 * Compares versions group by group as numbers; missing groups count as 0.
 *
 * @returns negative, 0 or positive
 */
export function compareVersions(left: string, right: string): number {
  const a = left.split(".").map(Number);
  const b = right.split(".").map(Number);
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** The modules a simulated node has, by lower-case name. */
export class InstalledModules {
  readonly #versions = new Map<string, string[]>();

  /** Remembers a module; nothing is unpacked. */
  add(name: string, version: string): void {
    const key = name.toLowerCase();
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), version]);
  }

  /**
   * @param references what a configuration names
   * @param flavour DSC for Linux fails on an instance without ModuleVersion; WMF asks for the version ''
   * @returns those to download: not installed with an equal or higher version (an empty version: with any)
   * @throws LcmError kind "protocol" as above
   */
  missing(references: readonly ModuleReference[], flavour: Flavour): { name: string; version: string }[] {
    const wanted: { name: string; version: string }[] = [];
    for (const { name, version } of references) {
      if (version === undefined && flavour === "linux") {
        throw new LcmError("protocol", "GetModule", `Module ${name} has no ModuleVersion.`);
      }
      const target = version ?? "";
      const have = this.#versions.get(name.toLowerCase()) ?? [];
      if (!have.some((candidate) => target === "" || compareVersions(candidate, target) >= 0)) {
        wanted.push({ name, version: target });
      }
    }
    return wanted;
  }
}

import type { EnvironmentVersion } from "@gatehouse/core/environments";

/** What is made once of a version, and kept for as long as the version is in memory. What failed is made again. */
export function perVersion<Args extends readonly unknown[], T>(
  make: (version: EnvironmentVersion, ...args: Args) => Promise<T>,
): (version: EnvironmentVersion, ...args: Args) => Promise<T> {
  const kept = new WeakMap<EnvironmentVersion, Promise<T>>();
  return (version, ...args) => {
    const known = kept.get(version);
    if (known !== undefined) return known;
    const made = make(version, ...args);
    kept.set(version, made);
    made.catch(() => kept.delete(version));
    return made;
  };
}

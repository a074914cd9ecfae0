import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PackageDescription } from "@gatehouse/core/packages";

/** An operator's folder: files, and what is to be done with them. */
export interface PackageFolder {
  readonly folder: string;
  /** Where a package's actions put what they make: nothing is there. */
  readonly target: string;
  /** Of the large file: more than two parts that cannot be packed. */
  readonly payload: Buffer;
  /** Writes the description. */
  describe(description: Partial<PackageDescription>): void;
  remove(): void;
}

export function newPackageFolder(): PackageFolder {
  const root = mkdtempSync(path.join(tmpdir(), "gatehouse-package-"));
  const [folder, target] = [path.join(root, "package"), path.join(root, "target")];
  mkdirSync(folder);
  const payload = randomBytes((5 << 20) / 2);
  writeFileSync(path.join(folder, "payload.bin"), payload);
  writeFileSync(path.join(folder, "installed.conf"), "installed = yes\n");
  return {
    ...{ folder, target, payload },
    // JSON is YAML.
    describe: (description) => writeFileSync(path.join(folder, "package.yaml"), JSON.stringify(description)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

import type { NewPackage, PackageVersion } from "@gatehouse/core/packages";
import { given } from "./models/common.js";
import type { PackageContent } from "./models/package.js";

/** A package as it is published, of what was said of it. */
export const newPackage = (
  name: string,
  { description, checks = [], actions = [], userInteractions = [], wantsSoftware = false, files = [] }: PackageContent,
  by: string,
): NewPackage => ({
  ...{ name, by, checks, actions, userInteractions, wantsSoftware },
  ...given({ description }),
  files: files.map(({ uncompress, p2p, p2pRetentionMinutes, ...file }) => ({
    ...file,
    ...given({ uncompress, p2p, p2pRetentionMinutes }),
  })),
});

/** What the audit trail says of a version, which is kept as it is: its commands, as far as there is room. */
export const auditedPackage = ({ version, files, actions }: PackageVersion) => ({
  version,
  files: files.slice(0, 100).map(({ name, sha512 }) => ({ name, sha512 })),
  actions: actions.length,
  commands: actions.flatMap((action) => ("cmd" in action ? action.cmd.exec.slice(0, 500) : [])).slice(0, 20),
});

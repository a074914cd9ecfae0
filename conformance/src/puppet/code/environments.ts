import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const OURS = fileURLToPath(new URL("../../../environments", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../../examples", import.meta.url));
/** The environment that a newcomer deploys. */
export const EXAMPLE = path.join(EXAMPLES, "puppet/production");
/** The one that CI jobs begin with. */
export const CI_EXAMPLE = path.join(EXAMPLES, "ci/production");
/** Where Debian's packages of modules have them. */
const DEBIAN = "/usr/share/puppet/modules";

/** The folder of an environment of this suite. */
export const environmentFolder = (name: "features" | "debian"): string => path.join(OURS, name);

/** An environment that agents may apply, in a folder of its own that the caller removes. */
export function appliedEnvironment(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-applied-"));
  cpSync(path.join(OURS, "features"), folder, { recursive: true });
  rmSync(path.join(folder, "manifests"), { recursive: true });
  cpSync(path.join(OURS, "runs"), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What classes there are for one node each, of environment `debian`. */
export const roles = (): string[] =>
  readdirSync(path.join(OURS, "debian/site-modules/roles/manifests")).map((file) => path.basename(file, ".pp"));

/** Debian's modules that the roles use, but those that are not installed. */
export const debianModules = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];

/** Environment `debian` with its modules, in a folder of its own that the caller removes. */
export function debianEnvironment(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-debian-"));
  cpSync(environmentFolder("debian"), folder, { recursive: true });
  cpSync(DEBIAN, path.join(folder, "modules"), {
    recursive: true,
    dereference: true,
    // What is tried by their makers only.
    filter: (source) => !/\/(?:spec|acceptance|releasenotes|doc)$/.test(source),
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

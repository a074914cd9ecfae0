import { posix } from "node:path";
import { serverError } from "../errors.js";

/** What environment.conf says of where things are; paths are relative to the environment. */
export interface EnvironmentConf {
  /** Only what is inside: the base module path, and whatever else is on a server's disk, is none of an environment's. */
  readonly modulepath: readonly string[];
  readonly manifest: string;
  /** The command that names a version, as it stands; nobody runs it. */
  readonly configVersion: string | undefined;
  /** Whether an agent that asks for a static catalog gets one: agents always ask. */
  readonly staticCatalogs: boolean;
}

export const CONF_FILE = "environment.conf";
export const DEFAULT_CONF: EnvironmentConf = {
  modulepath: ["modules"],
  manifest: "manifests",
  configVersion: undefined,
  staticCatalogs: true,
};

/** Bytes that are read; a real one has some 200. */
export const CONF_LIMIT = 64 << 10;

const SECTION = /^\s*\[\w+\]\s*$/;
const SETTING = /^\s*(\w+)\s*=(.*)$/;
const NOTHING = /^\s*(?:#.*)?$/;

/**
 * Reads environment.conf as Puppet does: settings of no section, or of `[main]`; the first of a name counts; anything
 * that is neither a setting nor a comment is an error.
 * @param name the environment's, for the error
 * @throws PuppetError, as puppetserver does at every request of the environment
 */
export function parseEnvironmentConf(name: string, text: string): EnvironmentConf {
  const settings = new Map<string, string>();
  let section = "main";
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const setting = SETTING.exec(line);
    if (SECTION.test(line)) section = line.trim().slice(1, -1);
    else if (setting !== null) {
      const [, key = "", value = ""] = setting;
      if (section === "main" && !settings.has(key)) settings.set(key, bareValue(value));
    } else if (section === "main" && !NOTHING.test(line)) {
      const where = `(file: ${name}/${CONF_FILE}, line: ${i + 1})`;
      throw serverError(`Could not match line ${line.trim().slice(0, 200)} ${where}`);
    }
  }
  const modulepath = settings.get("modulepath");
  const manifest = settings.get("manifest");
  return {
    modulepath: modulepath === undefined ? DEFAULT_CONF.modulepath : modulepath.split(":").flatMap(inside),
    manifest: manifest === undefined ? DEFAULT_CONF.manifest : (inside(manifest)[0] ?? DEFAULT_CONF.manifest),
    configVersion: settings.get("config_version"),
    staticCatalogs: settings.get("static_catalogs")?.toLowerCase() !== "false",
  };
}

const bareValue = (text: string) =>
  text
    .trim()
    .replaceAll(/^["']|["']$/g, "")
    .trimEnd();

/** @returns the path in its plain form, or nothing where it leads out of the environment */
function inside(path: string): string[] {
  if (path.trim() === "" || /^[/$~]/.test(path.trim())) return [];
  const plain = posix.normalize(path.trim()).replace(/\/$/, "");
  return plain === ".." || plain.startsWith("../") ? [] : [plain === "." ? "" : plain];
}

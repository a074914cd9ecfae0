import { PuppetAgentError } from "./errors.js";
import { type FileMetadata, isMetadata, verify } from "./file-metadata.js";
import type { PuppetV3 } from "./v3.js";

/** Plugins that an agent holds: mount and path, with the checksum. */
export type Plugins = Map<string, string>;

export interface Synced {
  readonly downloaded: number;
  readonly removed: number;
}

const MOUNTS = [
  { mount: "pluginfacts", permissions: "use" },
  { mount: "plugins", permissions: "ignore" },
] as const;
const IGNORED = [".svn", "CVS", ".git", ".hg"];

/** Whether the environment has plugins at all: what an agent asks before it trusts the one of its last run. */
export async function probe(v3: PuppetV3, environment: string): Promise<boolean> {
  const query = [
    ["recurse", "false"],
    ["links", "manage"],
    ["checksum_type", "sha256"],
    ["source_permissions", "ignore"],
  ] as const;
  return (await v3.json("file_metadatas", "plugins", environment, query)) !== undefined;
}

/**
 * Brings the plugins up to date: downloads what is new or changed, and drops what is gone.
 * @throws PuppetAgentError; what came before it stays
 */
export async function pluginsync(v3: PuppetV3, environment: string, held: Plugins): Promise<Synced> {
  let downloaded = 0;
  let removed = 0;
  for (const { mount, permissions } of MOUNTS) {
    const files = await list(v3, environment, mount, permissions);
    const wanted = new Map(files.map((file) => [`${mount}/${file.relative_path}`, file]));
    for (const [path, file] of wanted) {
      if (held.get(path) === file.checksum.value) continue;
      verify("file_content", path, file, await v3.bytes("file_content", path, environment));
      held.set(path, file.checksum.value);
      downloaded++;
    }
    for (const path of [...held.keys()]) {
      if (path.startsWith(`${mount}/`) && !wanted.has(path)) {
        held.delete(path);
        removed++;
      }
    }
  }
  return { downloaded, removed };
}

async function list(
  v3: PuppetV3,
  environment: string,
  mount: string,
  permissions: "use" | "ignore",
): Promise<FileMetadata[]> {
  const found = await v3.json<unknown>("file_metadatas", mount, environment, [
    ["recurse", "true"],
    ["max_files", "-1"],
    ...IGNORED.map((name) => ["ignore", name] as const),
    ["links", "follow"],
    ["checksum_type", "sha256"],
    ["source_permissions", permissions],
  ]);
  if (!Array.isArray(found) || !found.every(isMetadata))
    throw new PuppetAgentError("protocol", "file_metadatas", `no list of metadata for ${mount}`);
  return found.filter(({ type }) => type === "file");
}

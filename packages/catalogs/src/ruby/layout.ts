import { existsSync } from "node:fs";
import { constants, copyFile, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContentStore } from "@gatehouse/core/content";
import type { EnvironmentVersion, FileEntry } from "@gatehouse/core/environments";
import type { RunFolder } from "./run-folder.js";

/** Files that are written at a time. */
const AT_ONCE = 16;

/** A version on disk, for Puppet to read and not to write. */
export interface Layout {
  /** The environment path: it holds one folder, the environment by its name. */
  readonly path: string;
  /** Whether it still is: others clean folders for temporary files. */
  isThere(): boolean;
  remove(): Promise<void>;
}

/**
 * Lays the tree of a version on disk, whole or not at all.
 * @param place the name of its folder, of which there is none yet
 * @throws not-found when bytes are not stored, and what the disk says
 */
export async function layOut(
  version: EnvironmentVersion,
  content: Pick<ContentStore, "open">,
  folder: Pick<RunFolder, "code" | "own">,
  place: string,
): Promise<Layout> {
  const target = path.join(folder.code, place);
  const making = `${target}.new`;
  const root = path.join(making, version.name);
  try {
    await mkdir(root, { recursive: true });
    await folder.own(making, 0o750);
    await folder.own(root, 0o750);
    const files: FileEntry[] = [];
    for (const entry of version.entries.values()) {
      const at = path.join(root, entry.path);
      if (entry.type === "file") files.push(entry);
      else if (entry.type === "link") await symlink(entry.target, at);
      else {
        await mkdir(at);
        await folder.own(at, 0o750);
      }
    }
    const write = async ({ sha256, size, mode, path: name }: FileEntry) => {
      const at = path.join(root, name);
      const blob = await content.open({ sha256, size });
      if ("bytes" in blob) await writeFile(at, blob.bytes, { flag: "wx" });
      else await copyFile(blob.path, at, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      // Scripts, as those of config_version, are run.
      await folder.own(at, (mode & 0o111) === 0 ? 0o440 : 0o550);
    };
    const next = files.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const file of next) await write(file);
      }),
    );
    await rename(making, target);
  } catch (thrown) {
    await rm(making, { recursive: true, force: true });
    throw thrown;
  }
  return {
    path: target,
    // Asked before each catalog, of a local folder: handing it to a thread takes twenty times as long.
    isThere: () => existsSync(path.join(target, version.name)),
    remove: () => rm(target, { recursive: true, force: true }),
  };
}

import { setImmediate } from "node:timers/promises";
import { type EnvironmentVersion, type FileEntry, inTurns, stepping } from "@gatehouse/core/environments";
import { Checksums } from "./checksums.js";
import { type Listed, listFiles, type SearchOptions } from "./fileset.js";
import { layoutOf } from "./layout.js";
import { absolute, type FileMetadata, type MetadataOptions, metadataOf, summedFile } from "./metadata.js";
import { type ConfiguredMounts, findIn, keyOf, type Mounted, searchIn } from "./mounts.js";
import type { ContentReader } from "./read-small.js";
import { type Found, treeOf } from "./tree.js";

export interface FileServerDeps {
  readonly content: ContentReader;
  readonly mounts: ConfiguredMounts;
}

/**
 * The files of environments by the keys that agents know: `modules/lab/one.txt` is `puppet:///modules/lab/one.txt`. It
 * reads bytes for environment.conf and for checksums of odd kinds only. All of it throws PuppetError, with puppetserver's
 * texts, for a mount that there is not and for an environment.conf that cannot be read.
 */
export class FileServer {
  readonly #deps: FileServerDeps;
  readonly #checksums: Checksums;

  constructor(deps: FileServerDeps) {
    this.#deps = deps;
    this.#checksums = new Checksums(deps.content);
  }

  /** @returns undefined where there is no such thing */
  async metadata(
    version: EnvironmentVersion,
    key: string,
    options: MetadataOptions,
  ): Promise<FileMetadata | undefined> {
    const mounted = await this.#mounted(version);
    const path = findIn(mounted, keyOf(key));
    const found = path === undefined ? undefined : mounted.tree.find(path, options.links);
    if (path === undefined || found === undefined) return undefined;
    const digestOf = await this.#digests(mounted, [found], options);
    return metadataOf(
      mounted.tree,
      found,
      { path: absolute(version.name, path), relativePath: null },
      options,
      digestOf,
    );
  }

  /** The root of a search and what is in it. @returns undefined where there is no such thing */
  async metadatas(
    version: EnvironmentVersion,
    key: string,
    options: MetadataOptions & SearchOptions,
  ): Promise<FileMetadata[] | undefined> {
    const mounted = await this.#mounted(version);
    const { tree } = mounted;
    const searched = searchIn(mounted, keyOf(key));
    if (searched === undefined) return undefined;
    const search = searched.flat ? { ...options, recurse: false } : options;
    const merged = new Map<string, Listed & { readonly path: string }>();
    for (const root of searched.roots) {
      const path = absolute(version.name, root);
      for (const listed of await inTurns(listFiles(tree, root, options.links, search, path), setImmediate)) {
        if (!merged.has(listed.relative)) merged.set(listed.relative, { ...listed, path });
      }
    }
    const all = [...merged.values()];
    const digestOf = await this.#digests(
      mounted,
      all.map(({ found }) => found),
      options,
    );
    const metadatas: FileMetadata[] = [];
    const tell = ({ found, relative, path }: (typeof all)[number]) =>
      void metadatas.push(metadataOf(tree, found, { path, relativePath: relative }, options, digestOf));
    await inTurns(stepping(all, tell), setImmediate);
    return metadatas;
  }

  /** @returns what holds the bytes; `directory` for one; undefined where there is no such thing */
  async file(version: EnvironmentVersion, key: string): Promise<FileEntry | "directory" | undefined> {
    const mounted = await this.#mounted(version);
    const path = findIn(mounted, keyOf(key));
    const found = path === undefined ? undefined : mounted.tree.find(path, "follow");
    if (found === undefined || found.type === "link") return undefined;
    return found.type === "file" ? found : "directory";
  }

  async #mounted(version: EnvironmentVersion): Promise<Mounted> {
    const { content, mounts } = this.#deps;
    return { tree: treeOf(version), layout: await layoutOf(version, content), mounts };
  }

  #digests({ tree }: Mounted, all: readonly Found[], { checksumType }: MetadataOptions) {
    return this.#checksums.of(
      checksumType,
      all.flatMap((found) => summedFile(tree, found) ?? []),
    );
  }
}

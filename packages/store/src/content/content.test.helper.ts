import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ContentStore, CURRENT, type LaidBlob, type Publication } from "@gatehouse/core/content";
import { afterAll, beforeAll } from "vitest";
import type { Database } from "../database.js";
import { useDatabase } from "../store.test.helper.js";
import { BlobCache } from "./blob-cache.js";
import { createContentStore, type WatchedContentStore } from "./content-store.js";

/** Bytes that look like nothing and are the same at every run. */
export function bytesOf(seed: string, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) parts.push(createHash("sha256").update(`${seed} ${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

export const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

export const sourceOf = async (laid: LaidBlob): Promise<Buffer> => ("bytes" in laid ? laid.bytes : readFile(laid.path));

export interface Content {
  readonly db: Database;
  /** Folder of the cache. */
  readonly cacheDir: string;
  /** A store with a cache that has nothing in memory yet. */
  store(): WatchedContentStore;
  file(name: string, bytes: Buffer | string): Promise<string>;
  publish(name: string, bytes: Buffer | string, said?: Partial<Publication>): ReturnType<ContentStore["publish"]>;
}

/** A content store on a database and in a folder of the test file's own. */
export function useContent(): Content {
  const house = useDatabase();
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "gatehouse-content-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const content: Content = {
    get db() {
      return house.db;
    },
    get cacheDir() {
      return path.join(dir, "blobs");
    },
    store: () => createContentStore(house.db, new BlobCache(house.db, path.join(dir, "blobs"))),
    async file(name, bytes) {
      const file = path.join(dir, name);
      await writeFile(file, bytes);
      return file;
    },
    async publish(name, bytes, said = {}) {
      const file = await content.file(`upload ${Math.random()}`, bytes);
      return content
        .store()
        .publish({ kind: "k", name, channel: CURRENT, file, by: "somebody", warnings: [], ...said });
    },
  };
  return content;
}

import type { BlobRef } from "@gatehouse/core/content";
import { DEPLOY_PACKAGE, type KnownPackages, type PackageVersion } from "@gatehouse/core/packages";
import { LRUCache } from "lru-cache";
import { keyOf } from "../clean.js";
import type { Queryable } from "../database.js";
import { readBlob } from "./cut.js";
import { readManifest, versionOf } from "./manifest.js";

/** Parts of all versions that are kept in memory, and parts that are found by their digest: some hundred bytes each. */
const MOST_PARTS = 200_000;
/** Milliseconds for which a part is believed to be there: one that was collected since cannot be opened. */
const BELIEVED_MS = 600_000;

const VERSION = {
  name: "packages.version",
  text: `select a.name, v.number as version, v.published_at as "publishedAt", v.published_by as "publishedBy",
                encode(b.sha256, 'hex') as sha256, b.size::float8 as size
         from artifacts a join artifact_versions v on v.artifact_id = a.id join package_versions p on p.version_id = v.id
         join blobs b on b.id = v.blob_id
         where a.kind = $1 and a.name_key = $2 and v.number = $3`,
};
const PART = {
  name: "packages.part",
  text: `select encode(b.sha256, 'hex') as sha256, b.size::float8 as size from package_parts p join blobs b on b.id = p.blob_id
         where p.sha512 = $1 limit 1`,
};

interface VersionRow extends BlobRef, Pick<PackageVersion, "name" | "version" | "publishedAt" | "publishedBy"> {}

/** {@link KnownPackages} on PostgreSQL. Versions never change: what was read once is kept. */
export function createKnownPackages(db: Pick<Queryable, "read" | "run">): KnownPackages {
  const versions = new LRUCache<string, PackageVersion>({
    maxSize: MOST_PARTS,
    sizeCalculation: ({ files }) => files.reduce((sum, { parts }) => sum + parts.length + 1, 1),
  });
  const loading = new Map<string, Promise<PackageVersion | undefined>>();
  // By size, each counted as one: by number it would take its room at once, and most gateways never need it.
  const parts = new LRUCache<string, BlobRef>({ maxSize: MOST_PARTS, sizeCalculation: () => 1, ttl: BELIEVED_MS });

  const read = async (name: string, number: number): Promise<PackageVersion | undefined> => {
    const [row] = await db.read<VersionRow>(VERSION, [DEPLOY_PACKAGE, name, number]);
    if (row === undefined) return undefined;
    const { sha256, size, ...about } = row;
    return versionOf(readManifest(await readBlob(db, { sha256, size })), about);
  };

  return {
    version(name, number) {
      // What no row can have is not asked for.
      if (!Number.isInteger(number) || number < 1 || number > 2_147_483_647) return Promise.resolve(undefined);
      const key = `${number}/${keyOf(name)}`;
      const known = versions.get(key);
      if (known !== undefined) return Promise.resolve(known);
      const running = loading.get(key);
      if (running !== undefined) return running;
      const started = read(keyOf(name), number)
        .then((version) => {
          if (version !== undefined) versions.set(key, version);
          return version;
        })
        .finally(() => loading.delete(key));
      loading.set(key, started);
      return started;
    },

    async partBy(sha512) {
      if (!/^[0-9a-f]{128}$/.test(sha512)) return undefined;
      const known = parts.get(sha512);
      if (known !== undefined) return known;
      const [part] = await db.read<BlobRef>(PART, [Buffer.from(sha512, "hex")]);
      if (part !== undefined) parts.set(sha512, part);
      return part;
    },
  };
}

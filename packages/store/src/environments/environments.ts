import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type BlobRef, CURRENT } from "@gatehouse/core/content";
import {
  type Environments,
  type EnvironmentVersion,
  inTurns,
  PUPPET_ENVIRONMENT,
  proposedVersion,
} from "@gatehouse/core/environments";
import { LRUCache } from "lru-cache";
import type { WatchedContentStore } from "../content/content-store.js";
import type { Database } from "../database.js";
import { checkSize, createEnvironmentRecords } from "./environment-records.js";
import { notStored } from "./kept-blobs.js";
import { treeOf } from "./manifest.js";

/** Entries of all versions that are kept in memory: about 300 bytes each. */
const MOST_ENTRIES = 500_000;

const VERSION = {
  name: "environments.version",
  text: `select v.published_at as "deployedAt", encode(b.sha256, 'hex') as sha256, b.size::float8 as size
         from artifacts a join artifact_versions v on v.artifact_id = a.id join blobs b on b.id = v.blob_id
         where a.kind = $1 and a.name = $2 and v.number = $3`,
};
const FILE_BY = (column: "md5" | "sha256") => ({
  name: `environments.file-by-${column}`,
  text: `select encode(sha256, 'hex') as sha256, size::float8 as size from blobs
         where in_environment and ${column} = $1 order by id limit 1`,
});
const FILES = { md5: FILE_BY("md5"), sha256: FILE_BY("sha256") };

type Content = Pick<WatchedContentStore, "heads" | "headsOf" | "stored" | "open" | "forget">;
interface Found extends BlobRef {
  readonly deployedAt: Date;
}

/** {@link Environments} on PostgreSQL; what agents ask is answered from memory while moves are heard of. */
export function createEnvironments(db: Database, content: Content): Environments {
  const records = createEnvironmentRecords(db);
  const load = keptVersions(db, content);
  const moving = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    // Our own moves are seen at once, whenever the notification comes.
    content.forget();
    return result;
  };
  return {
    async current(name) {
      const [head] = await content.heads(PUPPET_ENVIRONMENT, [name], CURRENT);
      return head?.name === name ? load(name, head.version) : undefined;
    },

    async byCodeId(name, codeId) {
      const number = /^(\d{1,9})-[0-9a-f]{16}$/.exec(codeId)?.[1];
      if (number === undefined) return undefined;
      const version = await load(name, Number(number));
      return version?.codeId === codeId ? version : undefined;
    },

    names: async () => (await content.headsOf(PUPPET_ENVIRONMENT)).map(({ name }) => name).sort(),

    async fileBy(algorithm, digest) {
      const [found] = await db.read<BlobRef>(FILES[algorithm], [Buffer.from(digest, "hex")]);
      return found;
    },

    deploy: (deployment) => moving(records.deploy(deployment)),
    isCurrent: records.isCurrent,

    async propose(name, entries) {
      const version = await proposedVersion({ name, entries }, setImmediate);
      const files = [...version.entries.values()].filter((entry) => entry.type === "file");
      const sha256s = [...new Set(files.map(({ sha256 }) => sha256))];
      const stored = await content.stored(sha256s);
      if (stored.length < sha256s.length) throw notStored(sha256s, stored);
      const sizes = new Map(stored.map(({ sha256, size }) => [sha256, size]));
      for (const file of files) checkSize(file, sizes.get(file.sha256));
      return version;
    },

    identities: records.identities,
    list: records.list,
    versions: records.versions,
    version: load,
    rollback: (name, version) => moving(records.rollback(name, version)),
    withdraw: (name) => moving(records.withdraw(name)),
  };
}

/** Versions by name and number, each read and parsed once: one object for as long as it is kept. */
function keptVersions(db: Database, content: Pick<Content, "open">) {
  const kept = new LRUCache<string, EnvironmentVersion>({
    maxSize: MOST_ENTRIES,
    sizeCalculation: ({ entries }) => entries.size + 1,
  });
  const loading = new Map<string, Promise<EnvironmentVersion | undefined>>();

  const read = async (name: string, number: number): Promise<EnvironmentVersion | undefined> => {
    const [found] = await db.read<Found>(VERSION, [PUPPET_ENVIRONMENT, name, number]);
    if (found === undefined) return undefined;
    const { sha256, size, deployedAt } = found;
    const laid = await content.open({ sha256, size });
    const manifest = "bytes" in laid ? laid.bytes : await readFile(laid.path);
    const entries = await inTurns(treeOf(manifest), setImmediate);
    return { name, version: number, codeId: `${number}-${sha256.slice(0, 16)}`, deployedAt, entries };
  };

  return (name: string, number: number): Promise<EnvironmentVersion | undefined> => {
    const key = `${number}/${name}`;
    const known = kept.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = loading.get(key);
    if (running !== undefined) return running;
    const started = read(name, number)
      .then((version) => {
        if (version !== undefined) kept.set(key, version);
        return version;
      })
      .finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
}

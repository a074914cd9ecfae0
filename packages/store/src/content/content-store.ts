import type { BlobRef, ContentStore, Head, PublishedContent } from "@gatehouse/core/content";
import { keyOf } from "../clean.js";
import type { Database } from "../database.js";
import type { BlobCache } from "./blob-cache.js";
import { digestOf, digestsOf, stageBlob, stageSmall } from "./blob-rows.js";
import { createContentRecords, HEAD_COLUMNS, HEAD_JOINS } from "./content-records.js";
import { CONTENT_CHANNEL, HeadCache } from "./head-cache.js";

const HEADS = {
  name: "content.heads",
  text: `select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 and a.name_key = any($2) and c.name = $3`,
};
const CHANNELS = {
  name: "content.channels",
  text: `select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 and a.name_key = $2`,
};

const VERSIONS_WITH = `
  select distinct on (a.name_key, b.sha256) encode(b.sha256, 'hex') as sha256, a.name, v.channel, v.number as version,
         c.version_id is not null as current
  from unnest($2::bytea[]) as asked (sha256) join blobs b on b.sha256 = asked.sha256
  join artifact_versions v on v.blob_id = b.id join artifacts a on a.id = v.artifact_id and a.kind = $1
  left join channels c on c.artifact_id = a.id and c.version_id = v.id
  order by a.name_key, b.sha256, current desc, v.number desc`;

// What is asked for is about to be used: a staged blob gets its day anew.
const STORED = `
  with asked as (select id, sha256, size, staged_at from blobs where sha256 = any($1::bytea[])),
       kept as (update blobs b set staged_at = now() from asked where b.id = asked.id and b.staged_at is not null)
  select encode(sha256, 'hex') as sha256, size::float8 as size from asked`;

const bytesOf = (sha256s: readonly string[]) => sha256s.map((sha256) => Buffer.from(sha256, "hex"));

/** A content store, and the watch over moves that other replicas make. */
export interface WatchedContentStore extends ContentStore {
  /** Heads moved in a transaction that this store knew nothing of: to be called after its commit. */
  forget(): void;
  /** As {@link list}, of few artifacts, from memory where heads are kept there. */
  headsOf(kind: string): Promise<readonly Head[]>;
  /** From here on heads are kept in memory, as long as their moves are heard of. */
  watch(): Promise<void>;
  /** Takes what is not stored any more off this machine's disk. @returns how many files */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/**
 * {@link ContentStore} on PostgreSQL, served through a cache on this machine's disk.
 * @param moved called while it is watched, when heads moved, here or elsewhere, or may have moved
 */
export function createContentStore(
  db: Database,
  cache: BlobCache,
  moved: () => void = () => undefined,
): WatchedContentStore {
  const forget = () => heads.forget();
  const noted = () => {
    forget();
    moved();
  };
  const moves = db.notifications(CONTENT_CHANNEL, { onNotice: noted, onGap: noted });
  const records = createContentRecords(db);
  const reads = {
    named: (kind: string, names: readonly string[], channel: string) =>
      db.read<Head>(HEADS, [kind, names.map(keyOf), channel]),
    all: records.list,
  };
  const heads = new HeadCache(reads, () => moves.connected);
  const moving = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = await work();
    // Our own moves are seen at once, whenever the notification comes.
    heads.forget();
    return result;
  };

  return {
    forget,
    watch: () => moves.listen(),
    sweep: () => cache.sweep(),
    close: () => moves.close(),

    publish: (publication) => moving(() => records.publish(publication)),
    withdraw: (kind, name, channel) => moving(() => records.withdraw(kind, name, channel)),
    moveChannel: (kind, name, channel, version) => moving(() => records.moveChannel(kind, name, channel, version)),

    heads: (kind, names, channel) => heads.heads(kind, names, channel),

    headsOf: (kind) => heads.headsOf(kind),

    channels: (kind, name) => db.read<Head>(CHANNELS, [kind, keyOf(name)]),

    list: records.list,
    versions: records.versions,

    versionsWith: (kind, sha256s) =>
      sha256s.length === 0 ? Promise.resolve([]) : db.run<PublishedContent>(VERSIONS_WITH, [kind, bytesOf(sha256s)]),

    async stage(source) {
      const { sha256, size } = await digestOf(source);
      await db.transaction((run) => stageBlob(run, source, sha256, size));
      return { sha256: sha256.toString("hex"), size };
    },

    async stageSmall(contents) {
      const blobs = contents.map((bytes) => ({ bytes, ...digestsOf(bytes) }));
      await db.transaction((run) => stageSmall(run, blobs));
      return blobs.map(({ sha256, bytes }) => ({ sha256: sha256.toString("hex"), size: bytes.length }));
    },

    stored: (sha256s) => db.run<BlobRef>(STORED, [bytesOf(sha256s)]),

    open: (blob) => cache.open(blob),
  };
}

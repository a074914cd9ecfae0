import type { ArtifactVersion, ContentStore, Head, Published, PublishedContent } from "@gatehouse/core/content";
import { cleanText, keyOf } from "../clean.js";
import type { Database, Run } from "../database.js";
import type { BlobCache } from "./blob-cache.js";
import { digestFile, storeBlob } from "./blob-rows.js";
import { CONTENT_CHANNEL, HeadCache, NOTIFY_CONTENT } from "./head-cache.js";

const HEAD_COLUMNS = `a.name, c.name as channel, v.number as version, encode(b.sha256, 'hex') as sha256, b.size::float8 as size`;
const HEAD_JOINS = `from artifacts a join channels c on c.artifact_id = a.id
                    join artifact_versions v on v.id = c.version_id join blobs b on b.id = v.blob_id`;

const HEADS = {
  name: "content.heads",
  text: `select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 and a.name_key = any($2) and c.name = $3`,
};
const CHANNELS = {
  name: "content.channels",
  text: `select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 and a.name_key = $2`,
};

const MOVE_CHANNEL = `
  with moved as (
    update channels c set version_id = v.id, moved_at = now()
    from artifacts a, artifact_versions v
    where a.kind = $1 and a.name_key = $2 and c.artifact_id = a.id and c.name = $3
      and v.artifact_id = a.id and v.channel = c.name and v.number = $4
    returning a.name, c.name as channel, v.number as version, v.blob_id)
  select name, channel, version, encode(sha256, 'hex') as sha256, size::float8 as size
  from moved join blobs b on b.id = blob_id`;

const VERSIONS_WITH = `
  select distinct on (a.name_key, b.sha256) encode(b.sha256, 'hex') as sha256, a.name, v.channel, v.number as version,
         c.version_id is not null as current
  from unnest($2::bytea[]) as asked (sha256) join blobs b on b.sha256 = asked.sha256
  join artifact_versions v on v.blob_id = b.id join artifacts a on a.id = v.artifact_id and a.kind = $1
  left join channels c on c.artifact_id = a.id and c.version_id = v.id
  order by a.name_key, b.sha256, current desc, v.number desc`;

/** A content store, and the watch over moves that other replicas make. */
export interface WatchedContentStore extends ContentStore {
  /** From here on heads are kept in memory, as long as their moves are heard of. */
  watch(): Promise<void>;
  close(): Promise<void>;
}

/** {@link ContentStore} on PostgreSQL, served through a cache on this machine's disk. */
export function createContentStore(db: Database, cache: BlobCache): WatchedContentStore {
  const forget = () => heads.forget();
  const moves = db.notifications(CONTENT_CHANNEL, { onNotice: forget, onGap: forget });
  const heads = new HeadCache(
    (kind, names, channel) => db.read<Head>(HEADS, [kind, names.map(keyOf), channel]),
    () => moves.connected,
  );
  const move = async <T>(work: (run: Run) => Promise<T>): Promise<T> => {
    const result = await db.transaction(work);
    // Our own moves are seen at once, whenever the notification comes.
    heads.forget();
    return result;
  };

  return {
    watch: () => moves.listen(),
    close: () => moves.close(),

    async publish({ kind, name, channel, file, by, warnings }): Promise<Published> {
      const { sha256, size } = await digestFile(file);
      const blob = { sha256: sha256.toString("hex"), size };
      return move(async (run) => {
        // Taking the artifact's row makes concurrent publications of one name take turns: numbers stay unique.
        const [artifact] = await run<{ id: string; name: string }>(
          `insert into artifacts (kind, name, name_key) values ($1, $2, $3)
           on conflict on constraint artifacts_name do update set kind = excluded.kind returning id, name`,
          [kind, cleanText(name), keyOf(name)],
        );
        if (artifact === undefined) throw new Error("an insert returned no row");
        const [head] = await run<Head>(`select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.id = $1 and c.name = $2`, [
          artifact.id,
          channel,
        ]);
        if (head?.sha256 === blob.sha256) return { ...head, changed: false };
        const blobId = await storeBlob(run, file, sha256, size);
        const [version] = await run<{ id: string; number: number }>(
          `insert into artifact_versions (artifact_id, channel, number, blob_id, published_by, warnings)
           select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 from artifact_versions where artifact_id = $1 returning id, number`,
          [artifact.id, channel, blobId, by, JSON.stringify(warnings)],
        );
        if (version === undefined) throw new Error("an insert returned no row");
        await run(
          `insert into channels (artifact_id, name, version_id) values ($1, $2, $3)
           on conflict (artifact_id, name) do update set version_id = excluded.version_id, moved_at = now()`,
          [artifact.id, channel, version.id],
        );
        await run(NOTIFY_CONTENT);
        return { ...blob, name: artifact.name, channel, version: version.number, changed: true };
      });
    },

    heads: (kind, names, channel) => heads.heads(kind, names, channel),

    channels: (kind, name) => db.read<Head>(CHANNELS, [kind, keyOf(name)]),

    list: (kind) =>
      db.run<Head>(`select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 order by a.name_key, c.name`, [kind]),

    versions: (kind, name) =>
      db.run<ArtifactVersion>(
        `select v.number as version, v.channel, v.published_by as "publishedBy", v.published_at as "publishedAt", v.warnings,
                encode(b.sha256, 'hex') as sha256, b.size::float8 as size, c.version_id is not null as current
         from artifacts a join artifact_versions v on v.artifact_id = a.id join blobs b on b.id = v.blob_id
         left join channels c on c.artifact_id = a.id and c.version_id = v.id
         where a.kind = $1 and a.name_key = $2 order by v.number desc`,
        [kind, keyOf(name)],
      ),

    versionsWith: (kind, sha256s) =>
      sha256s.length === 0
        ? Promise.resolve([])
        : db.run<PublishedContent>(VERSIONS_WITH, [kind, sha256s.map((sha256) => Buffer.from(sha256, "hex"))]),

    moveChannel: (kind, name, channel, version) =>
      move(async (run) => {
        const [head] = await run<Head>(MOVE_CHANNEL, [kind, keyOf(name), cleanText(channel), version]);
        if (head !== undefined) await run(NOTIFY_CONTENT);
        return head;
      }),

    open: (blob) => cache.open(blob),
  };
}

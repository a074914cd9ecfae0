import type { ArtifactVersion, ContentStore, Head, Publication, Published } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText, keyOf } from "../clean.js";
import type { Queryable, Run } from "../database.js";
import { digestFile, type Source, storeBlob, useStored } from "./blob-rows.js";
import { NOTIFY_CONTENT } from "./head-cache.js";

export const HEAD_COLUMNS = `a.name, c.name as channel, v.number as version, encode(b.sha256, 'hex') as sha256, b.size::float8 as size`;
export const HEAD_JOINS = `from artifacts a join channels c on c.artifact_id = a.id
                    join artifact_versions v on v.id = c.version_id join blobs b on b.id = v.blob_id`;

const MOVE_CHANNEL = `
  with moved as (
    update channels c set version_id = v.id, moved_at = now()
    from artifacts a, artifact_versions v
    where a.kind = $1 and a.name_key = $2 and c.artifact_id = a.id and c.name = $3
      and v.artifact_id = a.id and v.channel = c.name and v.number = $4
    returning a.name, c.name as channel, v.number as version, v.blob_id)
  select name, channel, version, encode(sha256, 'hex') as sha256, size::float8 as size
  from moved join blobs b on b.id = blob_id`;

const WITHDRAW = `
  delete from channels c using artifacts a
  where a.kind = $1 and a.name_key = $2 and c.artifact_id = a.id and c.name = $3 returning c.name`;

const VERSIONS = `
  select v.number as version, v.channel, v.published_by as "publishedBy", v.published_at as "publishedAt", v.warnings,
         encode(b.sha256, 'hex') as sha256, b.size::float8 as size, c.version_id is not null as current
  from artifacts a join artifact_versions v on v.artifact_id = a.id join blobs b on b.id = v.blob_id
  left join channels c on c.artifact_id = a.id and c.version_id = v.id
  where a.kind = $1 and a.name_key = $2 order by v.number desc`;

/** What is published, without bytes and caches: on the database, or in one transaction of it. */
export type ContentRecords = Pick<ContentStore, "publish" | "withdraw" | "moveChannel" | "list" | "versions">;

/** {@link ContentRecords} on PostgreSQL. Every replica is told of moves with the commit. */
export function createContentRecords(db: Pick<Queryable, "run" | "transaction">): ContentRecords {
  return {
    list: (kind) =>
      db.run<Head>(`select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.kind = $1 order by a.name_key, c.name`, [kind]),

    versions: (kind, name) => db.run<ArtifactVersion>(VERSIONS, [kind, keyOf(name)]),

    async publish(publication) {
      const source = "file" in publication ? publication.file : undefined;
      const bytes =
        source === undefined
          ? { sha256: Buffer.from((publication as { sha256: string }).sha256, "hex") }
          : await digestFile(source);
      return db.transaction((run) => publishIn(run, publication, { ...bytes, source }));
    },

    withdraw: (kind, name, channel) =>
      db.transaction(async (run) => {
        const rows = await run(WITHDRAW, [kind, keyOf(name), cleanText(channel)]);
        if (rows.length > 0) await run(NOTIFY_CONTENT);
        return rows.length > 0;
      }),

    moveChannel: (kind, name, channel, version) =>
      db.transaction(async (run) => {
        const [head] = await run<Head>(MOVE_CHANNEL, [kind, keyOf(name), cleanText(channel), version]);
        if (head !== undefined) await run(NOTIFY_CONTENT);
        return head;
      }),
  };
}

interface Bytes {
  readonly sha256: Buffer;
  /** Known where there is a source. */
  readonly size?: number;
  /** Left out of what is stored. */
  readonly source: Source | undefined;
}

/** The row of an artifact, made when it is new and held until the commit: publications of one name take turns. */
export async function holdArtifact(run: Run, kind: string, name: string): Promise<{ id: string; name: string }> {
  const [artifact] = await run<{ id: string; name: string }>(
    `insert into artifacts (kind, name, name_key) values ($1, $2, $3)
     on conflict on constraint artifacts_name do update set kind = excluded.kind returning id, name`,
    [kind, cleanText(name), keyOf(name)],
  );
  if (artifact === undefined) throw new Error("an insert returned no row");
  return artifact;
}

/** Publishes in the caller's transaction. */
export async function publishIn(
  run: Run,
  { kind, name, channel, by, warnings }: Pick<Publication, "kind" | "name" | "channel" | "by" | "warnings">,
  { sha256, size = 0, source }: Bytes,
): Promise<Published> {
  const artifact = await holdArtifact(run, kind, name);
  const [head] = await run<Head>(`select ${HEAD_COLUMNS} ${HEAD_JOINS} where a.id = $1 and c.name = $2`, [
    artifact.id,
    channel,
  ]);
  if (head?.sha256 === sha256.toString("hex")) return { ...head, changed: false };
  const blob = source === undefined ? await useStored(run, sha256) : await storeBlob(run, source, sha256, size);
  if (blob === undefined)
    throw new GatehouseError("conflict", "The content is not stored, or not any more: send it again.");
  const [version] = await run<{ id: string; number: number }>(
    `insert into artifact_versions (artifact_id, channel, number, blob_id, published_by, warnings)
     select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 from artifact_versions where artifact_id = $1 returning id, number`,
    [artifact.id, channel, blob.id, by, JSON.stringify(warnings)],
  );
  if (version === undefined) throw new Error("an insert returned no row");
  await run(
    `insert into channels (artifact_id, name, version_id) values ($1, $2, $3)
     on conflict (artifact_id, name) do update set version_id = excluded.version_id, moved_at = now()`,
    [artifact.id, channel, version.id],
  );
  await run(NOTIFY_CONTENT);
  return {
    sha256: sha256.toString("hex"),
    size: blob.size,
    name: artifact.name,
    channel,
    version: version.number,
    changed: true,
  };
}

import { setImmediate } from "node:timers/promises";
import { CURRENT } from "@gatehouse/core/content";
import { inTurns } from "@gatehouse/core/environments";
import type { Queryable, Run } from "../database.js";
import { treeOf } from "./manifest.js";

/** "envs" in ASCII: deployments share it; who drops versions has it alone. */
const LOCK = 0x656e7673;
/** To be held, to the end of the transaction, by who is about to refer to files or versions that are kept already. */
export const HOLD_VERSIONS = `select pg_advisory_xact_lock_shared(${LOCK})`;
const HOLD_ALONE = `select pg_try_advisory_xact_lock(${LOCK}) as held`;

/** Newest versions that an environment keeps whatever their age, to go back to. */
const KEPT = 5;
/** Versions of one round, and blobs of one statement. */
const SOME_VERSIONS = 200;
const SOME_BLOBS = 5_000;

/** Of one that was withdrawn only the newest stays: it has the number after which the next one is counted. */
const OLD = `
  select id, "blobId" from (
    select v.id, v.blob_id as "blobId", e.left_at,
           row_number() over (partition by v.artifact_id order by v.number desc) as place,
           exists (select from channels c where c.artifact_id = v.artifact_id and c.name = $3) as served
    from environment_versions e join artifact_versions v on v.id = e.version_id) as ranked
  where not exists (select from channels c where c.version_id = ranked.id)
    and left_at < now() - make_interval(hours => 24 * $1) and place > case when served then $2::int else 1 end
  order by id limit ${SOME_VERSIONS}`;

interface Old {
  readonly id: string;
  readonly blobId: string;
}

/**
 * Drops versions of environments that agents have not got for so many days, but for the newest of each environment;
 * their files, where no other version has them, wait for collection then. All of a round or nothing; one that a deployment
 * comes in between of is left to the next call.
 * @returns how many versions
 */
export async function dropOldVersions(db: Pick<Queryable, "run" | "transaction">, days: number): Promise<number> {
  for (let dropped = 0; ; ) {
    const old = await db.run<Old>(OLD, [days, KEPT, CURRENT]);
    if (old.length === 0) return dropped;
    const newest = await newestOf(db.run.bind(db));
    const loose = await onlyIn(db, old);
    if (!(await db.transaction((run) => drop(run, { old, loose, newest, days })))) return dropped;
    dropped += old.length;
  }
}

async function newestOf(run: Run): Promise<string | null> {
  const [row] = await run<{ newest: string | null }>("select max(version_id) as newest from environment_versions");
  return row?.newest ?? null;
}

/** The digests of files that these versions have and no other. */
async function onlyIn(db: Pick<Queryable, "run">, old: readonly Old[]): Promise<ReadonlySet<string>> {
  const others = await db.run<{ blobId: string }>(
    `select distinct v.blob_id as "blobId" from environment_versions e join artifact_versions v on v.id = e.version_id
     where v.id <> all($1)`,
    [old.map(({ id }) => id)],
  );
  const files = new Set<string>();
  for (const blobId of new Set(old.map((version) => version.blobId)))
    await eachFile(db, blobId, (sha256) => files.add(sha256));
  for (const { blobId } of others) {
    if (files.size === 0) break;
    await eachFile(db, blobId, (sha256) => files.delete(sha256));
  }
  return files;
}

async function eachFile(db: Pick<Queryable, "run">, blobId: string, work: (sha256: string) => void): Promise<void> {
  const chunks: Buffer[] = [];
  for (let seq = 0; ; seq++) {
    const [chunk] = await db.run<{ bytes: Buffer }>("select bytes from blob_chunks where blob_id = $1 and seq = $2", [
      blobId,
      seq,
    ]);
    if (chunk === undefined) break;
    chunks.push(chunk.bytes);
  }
  const tree = await inTurns(treeOf(Buffer.concat(chunks)), setImmediate);
  for (const entry of tree.values()) if (entry.type === "file") work(entry.sha256);
}

interface Round {
  readonly old: readonly Old[];
  readonly loose: ReadonlySet<string>;
  readonly newest: string | null;
  readonly days: number;
}

/** @returns false where a version is being made, was made or came back: what was found out does not hold any more */
async function drop(run: Run, { old, loose, newest, days }: Round): Promise<boolean> {
  const [alone] = await run<{ held: boolean }>(HOLD_ALONE);
  if (alone?.held !== true || (await newestOf(run)) !== newest) return false;
  const ids = old.map(({ id }) => id);
  const still = await run<Old>(OLD, [days, KEPT, CURRENT]);
  if (still.map(({ id }) => id).join() !== ids.join()) return false;
  await run("delete from environment_versions where version_id = any($1)", [ids]);
  await run("delete from artifact_versions where id = any($1)", [ids]);
  await run(
    `update blobs b set staged_at = now() where id = any($1) and not in_environment
       and not exists (select from artifact_versions v where v.blob_id = b.id)`,
    [old.map(({ blobId }) => blobId)],
  );
  const digests = [...loose].map((sha256) => Buffer.from(sha256, "hex"));
  // Collection looks again: bytes that are something else's too stay.
  for (let at = 0; at < digests.length; at += SOME_BLOBS)
    await run("update blobs set in_environment = false, staged_at = now() where sha256 = any($1) and in_environment", [
      digests.slice(at, at + SOME_BLOBS),
    ]);
  return true;
}

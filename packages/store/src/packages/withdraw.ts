import { CURRENT } from "@gatehouse/core/content";
import { DEPLOY_PACKAGE } from "@gatehouse/core/packages";
import { keyOf } from "../clean.js";
import { NOTIFY_CONTENT } from "../content/head-cache.js";
import type { Queryable } from "../database.js";
import type { Run } from "../session.js";

const WITHDRAW = `
  delete from channels c using artifacts a
  where a.kind = $1 and a.name_key = $2 and c.artifact_id = a.id and c.name = $3 returning c.artifact_id as "artifactId"`;

/** Of packages that are withdrawn: versions that no order names. Held: an order that names one meanwhile waits, or we wait for it. */
const LOOSE = `
  select p.version_id as id from package_versions p join artifact_versions v on v.id = p.version_id
  where ($1::bigint is null or v.artifact_id = $1) and not exists (select from channels c where c.artifact_id = v.artifact_id)
    and not exists (select from job_orders o where o.package_version_id = p.version_id)
  order by p.version_id for update of p`;
/** Looked at once more: an order that we waited for may name it. */
const DROP = `
  delete from package_versions p where version_id = any($1::bigint[])
    and not exists (select from job_orders o where o.package_version_id = p.version_id) returning version_id as id`;
const PARTS = `
  select distinct blob_id as id from package_parts where version_id = any($1::bigint[])`;
/** Collection looks again: bytes that are something else's too stay. */
const LOOSEN = `
  update blobs b set staged_at = now() where id = any($1::bigint[]) and staged_at is null and not in_environment
    and not exists (select from package_parts p where p.blob_id = b.id)
    and not exists (select from artifact_versions v where v.blob_id = b.id)
    and not exists (select from bucket_files f where f.blob_id = b.id)`;

/** Takes a package away, inside a transaction. @returns false when there was none */
export async function withdrawPackage(run: Run, name: string): Promise<boolean> {
  const [gone] = await run<{ artifactId: string }>(WITHDRAW, [DEPLOY_PACKAGE, keyOf(name), CURRENT]);
  if (gone === undefined) return false;
  await dropLoose(run, gone.artifactId);
  await run(NOTIFY_CONTENT);
  return true;
}

/** Drops versions of withdrawn packages that no order names any more; their parts wait for collection then. @returns how many */
export const dropLooseVersions = (db: Pick<Queryable, "transaction">): Promise<number> =>
  db.transaction((run) => dropLoose(run, null));

/** The row of a version's number stays, with its manifest: a number is never given twice. */
async function dropLoose(run: Run, artifactId: string | null): Promise<number> {
  const loose = await run<{ id: string }>(LOOSE, [artifactId]);
  if (loose.length === 0) return 0;
  const parts = await run<{ id: string }>(PARTS, [loose.map(({ id }) => id)]);
  const dropped = await run<{ id: string }>(DROP, [loose.map(({ id }) => id)]);
  await run(LOOSEN, [parts.map(({ id }) => id)]);
  return dropped.length;
}

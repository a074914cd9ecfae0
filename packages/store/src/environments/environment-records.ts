import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { CURRENT } from "@gatehouse/core/content";
import {
  checkEnvironmentName,
  type Deployed,
  type Deployment,
  type EnvironmentSummary,
  type Environments,
  type EnvironmentVersionSummary,
  inTurns,
  type KnownEnvironments,
  type NewTreeEntry,
  PUPPET_ENVIRONMENT,
  type TreeEntry,
  treeChecked,
} from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "../clean.js";
import { createContentRecords, holdArtifact, publishIn } from "../content/content-records.js";
import { NOTIFY_CONTENT } from "../content/head-cache.js";
import type { Queryable, Run } from "../database.js";
import { HOLD_VERSIONS } from "./drop-versions.js";
import { type KeptBlob, keepBlobs } from "./kept-blobs.js";
import { digestOfTree, manifestOf } from "./manifest.js";

const COLUMNS = `a.name, v.number as version, v.published_at as "deployedAt", v.published_by as "deployedBy",
                 e.files, e.bytes::float8 as bytes`;
const LIST = `
  select ${COLUMNS} from artifacts a join channels c on c.artifact_id = a.id
  join artifact_versions v on v.id = c.version_id join environment_versions e on e.version_id = v.id
  where a.kind = $1 and c.name = $2 order by a.name collate "C"`;
const VERSIONS = `
  select ${COLUMNS}, c.version_id is not null as current
  from artifacts a join artifact_versions v on v.artifact_id = a.id join environment_versions e on e.version_id = v.id
  left join channels c on c.artifact_id = a.id and c.version_id = v.id
  where a.kind = $1 and a.name = $2 order by v.number desc`;
const HEAD = `
  select v.number as version, e.tree from artifacts a join channels c on c.artifact_id = a.id
  join artifact_versions v on v.id = c.version_id join environment_versions e on e.version_id = v.id
  where a.kind = $1 and a.name = $2 and c.name = $3`;
const IDENTITIES = `
  select a.name, c.id::text as id from artifacts a join channels c on c.artifact_id = a.id
  where a.kind = $1 and c.name = $2`;

const POINT = `
  insert into channels (artifact_id, name, version_id) select artifact_id, $3, id from artifact_versions
  where artifact_id = $1 and number = $2
  on conflict (artifact_id, name) do update set version_id = excluded.version_id, moved_at = now()`;

/** What operators do with environments, without caches: on the database, or in one transaction of it. */
export type EnvironmentRecords = Omit<Environments, keyof KnownEnvironments | "version" | "propose">;

/** {@link EnvironmentRecords} on PostgreSQL. Every replica is told of moves with the commit. */
export function createEnvironmentRecords(db: Pick<Queryable, "run" | "transaction">): EnvironmentRecords {
  const content = createContentRecords(db);
  const versions = (name: string) => db.run<EnvironmentVersionSummary>(VERSIONS, [PUPPET_ENVIRONMENT, cleanText(name)]);
  return {
    async deploy(deployment) {
      checkEnvironmentName(deployment.name);
      const tree = await inTurns(treeChecked(deployment.entries), setImmediate);
      return db.transaction((run) => deployIn(run, deployment, tree));
    },

    async isCurrent(name, entries) {
      checkEnvironmentName(name);
      const checked = await inTurns(treeChecked(entries), setImmediate);
      const tree = await inTurns(digestOfTree(checked.values()), setImmediate);
      return (await headOf((statement, values) => db.run(statement, values), name))?.tree.equals(tree);
    },

    async identities() {
      const rows = await db.run<{ name: string; id: string }>(IDENTITIES, [PUPPET_ENVIRONMENT, CURRENT]);
      return new Map(rows.map(({ name, id }) => [name, id]));
    },

    list: () => db.run<EnvironmentSummary>(LIST, [PUPPET_ENVIRONMENT, CURRENT]),

    versions,

    rollback: (name, wanted) => db.transaction((run) => rollbackIn(run, name, wanted)),

    withdraw: async (name) => (await versions(name)).length > 0 && content.withdraw(PUPPET_ENVIRONMENT, name, CURRENT),
  };
}

async function headOf(run: Run, name: string): Promise<{ version: number; tree: Buffer } | undefined> {
  const [head] = await run<{ version: number; tree: Buffer }>(HEAD, [PUPPET_ENVIRONMENT, name, CURRENT]);
  return head;
}

async function rollbackIn(run: Run, name: string, wanted: number | undefined): Promise<Deployed> {
  const notFound = (message: string) => new GatehouseError("not-found", message);
  await run(HOLD_VERSIONS);
  const hold = "select id from artifacts where kind = $1 and name = $2 for update";
  const [artifact] = await run<{ id: string }>(hold, [PUPPET_ENVIRONMENT, cleanText(name)]);
  if (artifact === undefined) throw notFound("There is no environment of this name.");
  const known = await run<EnvironmentVersionSummary>(VERSIONS, [PUPPET_ENVIRONMENT, cleanText(name)]);
  const current = known.find((version) => version.current)?.version;
  // One that was withdrawn comes back as it was last deployed.
  const version = wanted ?? known.find((one) => current === undefined || one.version < current)?.version;
  if (version === undefined) throw notFound(`The environment has no version before ${current}.`);
  if (!known.some((one) => one.version === version)) throw notFound(`The environment has no version ${version}.`);
  if (version === current) return { name, version, changed: false };
  await run(POINT, [artifact.id, version, CURRENT]);
  await run(NOTIFY_CONTENT);
  return { name, version, changed: true };
}

async function deployIn(
  run: Run,
  { name, by }: Deployment,
  entries: ReadonlyMap<string, NewTreeEntry>,
): Promise<Deployed> {
  const tree = await inTurns(digestOfTree(entries.values()), setImmediate);
  await run(HOLD_VERSIONS);
  const artifact = await holdArtifact(run, PUPPET_ENVIRONMENT, name);
  const head = await headOf(run, name);
  if (head?.tree.equals(tree)) return { name, version: head.version, changed: false };
  const files = [...entries.values()].filter((entry) => entry.type === "file");
  const blobs = await keepBlobs(run, new Set(files.map(({ sha256 }) => sha256)));
  const manifest = await inTurns(manifestOf(withDigests(entries.values(), blobs)), setImmediate);
  const publication = { kind: PUPPET_ENVIRONMENT, name, channel: CURRENT, by, warnings: [] };
  const sha256 = createHash("sha256").update(manifest).digest();
  const { version } = await publishIn(run, publication, { sha256, size: manifest.length, source: manifest });
  await run(
    `insert into environment_versions (version_id, tree, files, bytes)
     select id, $3, $4, $5 from artifact_versions where artifact_id = $1 and number = $2`,
    [artifact.id, version, tree, files.length, files.reduce((sum, { size }) => sum + size, 0)],
  );
  return { name, version, changed: true };
}

function* withDigests(
  entries: Iterable<NewTreeEntry>,
  blobs: ReadonlyMap<string, KeptBlob>,
): Generator<TreeEntry, void, undefined> {
  for (const entry of entries) {
    if (entry.type !== "file") {
      yield entry;
      continue;
    }
    const blob = blobs.get(entry.sha256);
    checkSize(entry, blob?.size);
    yield { ...entry, md5: (blob as KeptBlob).md5 };
  }
}

/** @throws request-malformed for a file that is said to have another size than what is stored under its digest */
export function checkSize({ path, size: said }: { readonly path: string; readonly size: number }, size?: number): void {
  if (said === size) return;
  throw new GatehouseError(
    "request-malformed",
    `${JSON.stringify(path)} is said to have ${said} bytes; what has its digest has ${size}.`,
  );
}

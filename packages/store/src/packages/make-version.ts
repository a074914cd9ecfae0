import { createHash } from "node:crypto";
import { CURRENT } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { DEPLOY_PACKAGE, type NewPackage, type PackageVersion } from "@gatehouse/core/packages";
import { holdArtifact, publishIn } from "../content/content-records.js";
import type { Run } from "../session.js";
import { manifestOf, type StoredFile } from "./manifest.js";

export type MadeVersion = Pick<PackageVersion, "name" | "version" | "publishedAt" | "publishedBy">;

/** Held in one order: two versions that share parts would else wait for each other. */
const KEEP_PARTS = `
  with held as (select id from blobs where sha256 = any($1::bytea[]) order by id for update),
       kept as (update blobs b set staged_at = null from held where b.id = held.id returning b.id, b.sha256)
  select id::text, encode(sha256, 'hex') as sha256 from kept`;

const HEAD = `
  select v.number as version, p.digest from channels c join artifact_versions v on v.id = c.version_id
  join package_versions p on p.version_id = v.id where c.artifact_id = $1 and c.name = $2`;
const VERSION = `
  select a.name, v.id, v.number as version, v.published_at as "publishedAt", v.published_by as "publishedBy"
  from artifact_versions v join artifacts a on a.id = v.artifact_id where v.artifact_id = $1 and v.number = $2`;

const ADD_VERSION =
  "insert into package_versions (version_id, digest, description, files, bytes) values ($1, $2, $3, $4, $5)";
const ADD_PARTS = `
  insert into package_parts (sha512, version_id, blob_id)
  select sha512, $1, blob_id from unnest($2::bytea[], $3::bigint[]) as p (sha512, blob_id)`;

/**
 * A version whose parts are staged, inside a transaction: agents see all of it or nothing.
 * @returns `changed` false where somebody published just this meanwhile
 * @throws conflict when a part is not stored any more
 */
export async function makeVersion(
  run: Run,
  said: NewPackage,
  files: readonly StoredFile[],
  digest: Buffer,
): Promise<{ readonly made: MadeVersion; readonly changed: boolean }> {
  const artifact = await holdArtifact(run, DEPLOY_PACKAGE, said.name);
  const versionAt = async (number: number): Promise<MadeVersion & { readonly id: string }> => {
    const [row] = await run<MadeVersion & { readonly id: string }>(VERSION, [artifact.id, number]);
    if (row === undefined) throw new Error("a version that was made is not there");
    return row;
  };
  const [head] = await run<{ version: number; digest: Buffer }>(HEAD, [artifact.id, CURRENT]);
  if (head?.digest.equals(digest)) return { made: plain(await versionAt(head.version)), changed: false };
  const blobs = await keepParts(run, files);
  const source = manifestOf(said, files);
  const { version } = await publishIn(
    run,
    { kind: DEPLOY_PACKAGE, name: said.name, channel: CURRENT, by: said.by, warnings: [] },
    { sha256: createHash("sha256").update(source).digest(), size: source.length, source },
  );
  const made = await versionAt(version);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  await run(ADD_VERSION, [made.id, digest, said.description ?? null, files.length, bytes]);
  await run(ADD_PARTS, [made.id, [...blobs.keys()].map((hex) => Buffer.from(hex, "hex")), [...blobs.values()]]);
  return { made: plain(made), changed: true };
}

/** @returns the blobs of all parts, by the digest that agents ask for */
async function keepParts(run: Run, files: readonly StoredFile[]): Promise<ReadonlyMap<string, string>> {
  const parts = files.flatMap((file) => file.parts);
  const sha256s = [...new Set(parts.map(({ sha256 }) => sha256))];
  const rows = await run<{ id: string; sha256: string }>(KEEP_PARTS, [sha256s.map((hex) => Buffer.from(hex, "hex"))]);
  if (rows.length < sha256s.length)
    throw new GatehouseError("conflict", "Parts of the package are not stored any more: publish it again.");
  const ids = new Map(rows.map(({ id, sha256 }) => [sha256, id]));
  return new Map(parts.map(({ sha512, sha256 }) => [sha512, ids.get(sha256) ?? ""]));
}

const plain = ({ name, version, publishedAt, publishedBy }: MadeVersion): MadeVersion => ({
  ...{ name, version, publishedAt, publishedBy },
});

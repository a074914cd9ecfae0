import { CURRENT } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import {
  checkPackageName,
  DEPLOY_PACKAGE,
  type NewPackage,
  type PackageSummary,
  type Packages,
  packageFault,
} from "@gatehouse/core/packages";
import { cleanJson, keyOf } from "../clean.js";
import type { Queryable } from "../database.js";
import { cutFile, readBlob } from "./cut.js";
import { createKnownPackages } from "./known.js";
import { type MadeVersion, makeVersion } from "./make-version.js";
import { descriptionIn, digestOfPackage, optionsOf, readManifest, type StoredFile, versionOf } from "./manifest.js";
import { withdrawPackage } from "./withdraw.js";

const HEADS = `
  from artifacts a join channels c on c.artifact_id = a.id join artifact_versions v on v.id = c.version_id
  join package_versions p on p.version_id = v.id join blobs b on b.id = v.blob_id
  where a.kind = '${DEPLOY_PACKAGE}' and c.name = '${CURRENT}'`;
const LIST = `
  select a.name, v.number as version, p.description, v.published_at as "publishedAt", v.published_by as "publishedBy",
         p.files, p.bytes::float8 as bytes ${HEADS} order by a.name_key`;
const NEWEST = `
  select a.name, v.number as version, v.published_at as "publishedAt", v.published_by as "publishedBy", p.digest,
         encode(b.sha256, 'hex') as sha256, b.size::float8 as size ${HEADS} and a.name_key = $1`;
const NUMBERS = `
  select v.number from artifact_versions v join package_versions p on p.version_id = v.id
  where v.artifact_id = (select a.id ${HEADS} and a.name_key = $1) order by v.number desc`;
const IDENTITIES = `select a.name, c.id::text as id ${HEADS}`;

/** What is asked for is about to be used: it has a day again. */
const STORED = `
  with asked as (select id, sha256, size, staged_at from blobs where sha256 = any($1::bytea[])),
       kept as (update blobs b set staged_at = now() from asked where b.id = asked.id and b.staged_at is not null)
  select encode(sha256, 'hex') as sha256, size::float8 as size from asked`;

interface Newest extends MadeVersion {
  readonly digest: Buffer;
  readonly sha256: string;
  readonly size: number;
}

/** {@link Packages} on PostgreSQL: on the database, or in one transaction of it, which then takes as long as the files are large. */
export function createPackages(db: Pick<Queryable, "run" | "read" | "transaction">): Packages {
  const known = createKnownPackages(db);
  const newestOf = async (name: string) => (await db.run<Newest>(NEWEST, [keyOf(name)]))[0];
  const storedOf = async (sha256s: readonly string[]) => {
    const digests = [...new Set(sha256s)].filter((sha256) => /^[0-9a-f]{64}$/.test(sha256));
    const rows = await db.run<{ sha256: string; size: number }>(STORED, [
      digests.map((hex) => Buffer.from(hex, "hex")),
    ]);
    return new Map(rows.map(({ sha256, size }) => [sha256, size]));
  };
  const filesOf = async (newest: Newest | undefined): Promise<ReadonlyMap<string, StoredFile>> => {
    const files = newest === undefined ? [] : readManifest(await readBlob(db, newest)).files;
    return new Map(files.map((file) => [file.sha256, file]));
  };

  /** Each file with its parts: those of the newest version, or cut now. */
  const withParts = async (files: NewPackage["files"], newest: Newest | undefined): Promise<StoredFile[]> => {
    const before = await filesOf(newest);
    const stored = await storedOf(files.map(({ sha256 }) => sha256));
    // All are looked at before one is cut: that may take minutes.
    for (const { name, sha256, size } of files) {
      const there = before.get(sha256)?.size ?? stored.get(sha256);
      const shown = JSON.stringify(name);
      if (there === undefined)
        throw new GatehouseError("conflict", `The bytes of ${shown} are not stored: send them again.`);
      if (there !== size)
        throw new GatehouseError(
          "request-malformed",
          `${shown} is said to have ${size} bytes; what has its digest has ${there}.`,
        );
    }
    const cut: StoredFile[] = [];
    for (const file of files) {
      const { name, sha256, size } = file;
      const same = before.get(sha256) ?? cut.find((other) => other.sha256 === sha256) ?? (await cutFile(db, file));
      cut.push({ name, sha256, sha512: same.sha512, size, ...optionsOf(file), parts: same.parts });
    }
    return cut;
  };

  return {
    ...known,

    async publish(publication) {
      checkPackageName(publication.name);
      const fault = packageFault(publication);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const said = cleanJson(publication);
      const digest = digestOfPackage(said);
      const newest = await newestOf(said.name);
      if (newest?.digest.equals(digest))
        return { published: versionOf(readManifest(await readBlob(db, newest)), madeOf(newest)), changed: false };
      const files = await withParts(said.files, newest);
      const { made, changed } = await db.transaction((run) => makeVersion(run, said, files, digest));
      return { published: versionOf({ ...descriptionIn(said), files }, made), changed };
    },

    async isCurrent(publication) {
      return (await newestOf(publication.name))?.digest.equals(digestOfPackage(cleanJson(publication)));
    },

    async lacks(name, sha256s) {
      const [stored, before] = [await storedOf(sha256s), await filesOf(await newestOf(name))];
      return [...new Set(sha256s)].filter((sha256) => !stored.has(sha256) && !before.has(sha256));
    },

    list: () => db.run<PackageSummary>(LIST),

    async versions(name) {
      const numbers = await db.run<{ number: number }>(NUMBERS, [keyOf(name)]);
      const versions = [];
      for (const { number } of numbers) versions.push((await known.version(name, number)) ?? []);
      return versions.flat();
    },

    withdraw: (name) => db.transaction((run) => withdrawPackage(run, name)),

    async identities() {
      const rows = await db.run<{ name: string; id: string }>(IDENTITIES);
      return new Map(rows.map(({ name, id }) => [name, id]));
    },
  };
}

const madeOf = ({ name, version, publishedAt, publishedBy }: Newest): MadeVersion => ({
  ...{ name, version, publishedAt, publishedBy },
});

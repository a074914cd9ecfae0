import { GatehouseError } from "@gatehouse/core/errors";
import type { PackageVersion as Version } from "@gatehouse/core/packages";
import { storable } from "../apply/bounds.js";
import type { ApiDeps } from "../deps.js";
import { Digests, MissingFiles } from "../models/apply.js";
import {
  PackageContent,
  PackageList,
  PackageVersion,
  PackageVersionList,
  PublishedPackage,
} from "../models/package.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { auditedPackage, newPackage } from "../packages.js";

/** Bytes: long commands, many files. */
const PACKAGE_LIMIT = 4 << 20;
/** Bytes: 10,000 digests. */
const DIGESTS_LIMIT = 1 << 20;
const NAME_PART = "The package's name.";

type Deps = Pick<ApiDeps, "audit" | "packages">;

export const listPackages = operation({
  id: "api.packages.list",
  method: "GET",
  path: "/packages",
  parts: {},
  summary: "What jobs may deploy, with the version that new ones get",
  role: "viewer",
  answers: { 200: json("By name.", PackageList) },
  handle:
    ({ packages }: Deps) =>
    async () =>
      ok({ packages: await packages.list() }),
});

export const publishPackage = operation({
  id: "api.packages.publish",
  method: "PUT",
  path: "/packages/{name}",
  parts: { name: NAME_PART },
  summary: "Make what is handed in the newest version of a package",
  description:
    "Nobody gets it before a job names it: then its commands run as root or SYSTEM. The files' bytes are sent before: `/apply/missing-files` says which are not here, `/apply/files` takes them. Jobs that name an older version keep it.",
  role: "operator",
  body: PackageContent,
  bodyLimit: PACKAGE_LIMIT,
  answers: {
    200: json("The package was just so.", PublishedPackage),
    201: json("The new version.", PublishedPackage),
  },
  refusals: [409],
  handle:
    ({ packages, audit }: Deps) =>
    async ({ path: { name }, body, actor }) => {
      const { published, changed } = await packages.publish(newPackage(name, storable(body), actor));
      const answer = { published: versionView(published), changed };
      if (!changed) return ok(answer);
      await audit.record({
        actor,
        action: "package.publish",
        subject: published.name,
        detail: auditedPackage(published),
      });
      return created(answer);
    },
});

export const lackingFiles = operation({
  id: "api.packages.missing-files",
  method: "POST",
  path: "/packages/{name}/missing-files",
  parts: { name: NAME_PART },
  summary: "Which content has to be sent before a version of a package that names it",
  description:
    "What its newest version has is here in parts, and is not sent again. Content that is here, and that nothing names yet, is kept for a day from now on.",
  role: "operator",
  body: Digests,
  bodyLimit: DIGESTS_LIMIT,
  answers: { 200: json("Those that are not here.", MissingFiles) },
  handle:
    ({ packages }: Deps) =>
    async ({ path: { name }, body: { sha256s } }) =>
      ok({ missing: await packages.lacks(name, sha256s) }),
});

export const withdrawPackage = operation({
  id: "api.packages.withdraw",
  method: "DELETE",
  path: "/packages/{name}",
  parts: { name: NAME_PART },
  summary: "Have no new jobs get a package; those that name a version keep it",
  role: "operator",
  answers: { 204: nothing("It is gone.") },
  handle:
    ({ packages, audit }: Deps) =>
    async ({ path: { name }, actor }) => {
      if (!(await packages.withdraw(name))) throw nonesuch();
      await audit.record({ actor, action: "package.withdraw", subject: name, detail: {} });
      return done;
    },
});

export const listPackageVersions = operation({
  id: "api.packages.versions",
  method: "GET",
  path: "/packages/{name}/versions",
  parts: { name: NAME_PART },
  summary: "The versions of a package, newest first",
  role: "viewer",
  answers: { 200: json("The versions.", PackageVersionList) },
  handle:
    ({ packages }: Deps) =>
    async ({ path: { name } }) => {
      const versions = await packages.versions(name);
      if (versions.length === 0) throw nonesuch();
      return ok({ versions: versions.map(versionSummary) });
    },
});

export const showPackageVersion = operation({
  id: "api.packages.show",
  method: "GET",
  path: "/packages/{name}/versions/{version}",
  parts: { name: NAME_PART, version: "Its number." },
  summary: "What an agent does with a version of a package",
  role: "viewer",
  answers: { 200: json("The version.", PackageVersion) },
  handle:
    ({ packages }: Deps) =>
    async ({ path: { name, version } }) => {
      const found = /^[1-9]\d{0,8}$/.test(version) ? await packages.version(name, Number(version)) : undefined;
      if (found === undefined) throw new GatehouseError("not-found", "There is no such version of such a package.");
      return ok(versionView(found));
    },
});

const nonesuch = () => new GatehouseError("not-found", "There is no package of this name.");

function versionView({ files, description, ...version }: Version) {
  const { name, publishedAt, publishedBy, checks, actions, userInteractions, wantsSoftware } = version;
  return {
    ...{ name, version: version.version, description: description ?? null, publishedAt, publishedBy },
    ...{ checks, actions, userInteractions, wantsSoftware },
    files: files.map(({ parts, ...file }) => ({ ...file, parts: parts.length })),
  };
}

function versionSummary({ name, version, description, publishedAt, publishedBy, files }: Version) {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { name, version, description: description ?? null, publishedAt, publishedBy, files: files.length, bytes };
}

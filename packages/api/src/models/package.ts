import { MOST_P2P_MINUTES, MOST_PACKAGE_FILES, type PackageDescription, packageSchema } from "@gatehouse/core/packages";
import {
  boolean,
  integer,
  listOf,
  moment,
  named,
  nullable,
  object,
  type Schema,
  type TypeOf,
  text,
} from "../operation/schema.js";

/** JSON Schemas of how a file is handed out; files of documents have them too. */
export const fileOptions = {
  uncompress: { type: "boolean", description: "It is unpacked where it lands, by the ending of its name." },
  p2p: { type: "boolean", description: "Agents of one network get it from each other." },
  p2pRetentionMinutes: {
    ...{ type: "integer", minimum: 0, maximum: MOST_P2P_MINUTES },
    description: "For how long they keep it for that.",
  },
} as const;

const of = <T>(json: object): Schema<T> => ({ json: json as Schema<T>["json"], components: {} });

const Checks = named("PackageChecks", of<PackageDescription["checks"]>(packageSchema.checks));
const Actions = named("PackageActions", of<PackageDescription["actions"]>(packageSchema.actions));
const UserInteractions = named(
  "PackageUserInteractions",
  of<PackageDescription["userInteractions"]>(packageSchema.userInteractions),
);
const wantsSoftware = boolean({ description: packageSchema.wantsSoftware.description });

const NewPackageFile = named(
  "NewPackageFile",
  object(
    {
      name: text({ minLength: 1, maxLength: 255, description: "As it lands on the machine: without a folder." }),
      sha256: text({ pattern: "^[0-9a-f]{64}$", description: "Of its bytes, which are sent before." }),
      size: integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "Bytes." }),
    },
    {
      uncompress: boolean(fileOptions.uncompress),
      p2p: boolean(fileOptions.p2p),
      p2pRetentionMinutes: integer(fileOptions.p2pRetentionMinutes),
    },
  ),
);

export const PackageContent = named(
  "PackageContent",
  object(
    {},
    {
      description: text({ minLength: 1, maxLength: 2000, description: packageSchema.description.description }),
      checks: Checks,
      actions: Actions,
      userInteractions: UserInteractions,
      wantsSoftware,
      files: listOf(NewPackageFile, { maxItems: MOST_PACKAGE_FILES, description: "In any order." }),
    },
  ),
);

const PackageFile = object({
  name: text(),
  size: integer({ description: "Bytes." }),
  sha512: text({ description: "Of the whole file." }),
  uncompress: boolean(fileOptions.uncompress),
  p2p: boolean(fileOptions.p2p),
  p2pRetentionMinutes: integer({ description: fileOptions.p2pRetentionMinutes.description }),
  parts: integer({ description: "In how many it is handed out." }),
});

const said = {
  name: text(),
  version: integer(),
  description: nullable(text()),
  publishedAt: moment(),
  publishedBy: text(),
};
const summary = { ...said, files: integer(), bytes: integer({ description: "Of its files together." }) };
const PackageSummary = named("PackageSummary", object(summary));
export const PackageList = named("PackageList", object({ packages: listOf(PackageSummary) }));
export const PackageVersionList = named("PackageVersionList", object({ versions: listOf(PackageSummary) }));

export const PackageVersion = named(
  "PackageVersion",
  object({
    ...said,
    checks: Checks,
    actions: Actions,
    userInteractions: UserInteractions,
    wantsSoftware,
    files: listOf(named("PackageFile", PackageFile)),
  }),
);

export const PublishedPackage = named(
  "PublishedPackage",
  object({
    published: PackageVersion,
    changed: boolean({ description: "False where the newest version was just so: nothing was made." }),
  }),
);

/** A package as it is told. */
export type PackageContent = TypeOf<typeof PackageContent>;

import { MOST_ENTRIES, MOST_FILE, MOST_PATH, type NewTreeEntry } from "@gatehouse/core/environments";
import {
  boolean,
  described,
  integer,
  listOf,
  moment,
  named,
  object,
  oneOf,
  type TypeOf,
  text,
} from "../operation/schema.js";

const summary = {
  name: text(),
  version: integer(),
  deployedAt: moment(),
  deployedBy: text(),
  files: integer(),
  bytes: integer({ description: "Of its files together." }),
};

export const EnvironmentList = named(
  "EnvironmentList",
  object({ environments: listOf(named("EnvironmentSummary", object(summary))) }),
);

const EnvironmentVersion = named(
  "EnvironmentVersionSummary",
  object({ ...summary, current: boolean({ description: "Agents get it." }) }),
);
export const EnvironmentVersionList = named("EnvironmentVersionList", object({ versions: listOf(EnvironmentVersion) }));

const TreeEntry = named(
  "TreeEntry",
  object(
    {
      type: described(
        "A file has `size` and `sha256`, a link has `target`, a directory neither.",
        oneOf(["directory", "file", "link"]),
      ),
      path: text({ maxLength: MOST_PATH, description: "From the environment's root; its parts are joined by `/`." }),
      mode: integer({ minimum: 0, maximum: 0o7777, description: "Permissions." }),
      mtime: integer({ minimum: 0, description: "Seconds since 1970: when it was last changed." }),
    },
    {
      size: integer({ minimum: 0, maximum: MOST_FILE, description: "Bytes." }),
      sha256: text({ pattern: "^[0-9a-f]{64}$", description: "Of the bytes, lower-case hex." }),
      target: text({ maxLength: MOST_PATH, description: "Relative; it leads to something of this tree." }),
    },
  ),
);

const entries = listOf(TreeEntry, { maxItems: MOST_ENTRIES, description: "In any order, without the root." });
export const EnvironmentTree = named("EnvironmentTree", object({ entries }));

/** Nodes of one request: each takes two catalogs. */
const MOST_NODES = 25;

export const ProposedEnvironment = named(
  "ProposedEnvironment",
  object({
    entries,
    nodes: listOf(text({ minLength: 1, maxLength: 255, description: "Name, id or alias." }), {
      minItems: 1,
      maxItems: MOST_NODES,
      description: "Nodes with a Puppet agent.",
    }),
  }),
);

export const EnvironmentNodes = named(
  "EnvironmentNodes",
  object({
    nodes: listOf(object({ id: text(), name: text() }), { description: "By name." }),
    total: integer({ description: "How many there are." }),
  }),
);

export const DeployedEnvironment = named(
  "DeployedEnvironment",
  object(
    {
      name: text(),
      version: integer({ description: "That agents get now." }),
      changed: boolean({ description: "False when they got it already: nothing was made." }),
    },
    { warning: text({ description: "Why agents may not get catalogs of it: what its code fails with." }) },
  ),
);

export const EnvironmentRollback = named(
  "EnvironmentRollback",
  object(
    {},
    {
      version: integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: "The one before the current when it is left out.",
      }),
    },
  ),
);

/** What is missing or too much is for the tree's own check to say. */
export function entryOf(entry: TypeOf<typeof EnvironmentTree>["entries"][number]): NewTreeEntry {
  const { type, path, mode, mtime, size = -1, sha256 = "", target = "" } = entry;
  if (type === "file") return { type, path, mode, mtime, size, sha256 };
  if (type === "link") return { type, path, mode, mtime, target };
  return { type, path, mode, mtime };
}

import { GatehouseError } from "@gatehouse/core/errors";
import type { ApiDeps } from "../deps.js";
import {
  DeployedEnvironment,
  EnvironmentList,
  EnvironmentRollback,
  EnvironmentTree,
  EnvironmentVersionList,
  entryOf,
} from "../models/environment.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

/** Bytes: 100,000 entries of some length. */
export const TREE_LIMIT = 32 << 20;
export const NAME_PART = "The environment's name, as agents have it: a-z, 0-9 and _.";

type Deps = Pick<ApiDeps, "audit" | "environments">;

export const listEnvironments = operation({
  id: "api.environments.list",
  method: "GET",
  path: "/environments",
  parts: {},
  summary: "Puppet environments, with the version that agents get",
  role: "viewer",
  answers: { 200: json("By name.", EnvironmentList) },
  handle:
    ({ environments }: Deps) =>
    async () =>
      ok({ environments: await environments.list() }),
});

export const listEnvironmentVersions = operation({
  id: "api.environments.versions",
  method: "GET",
  path: "/environments/{name}/versions",
  parts: { name: NAME_PART },
  summary: "The versions of an environment, newest first",
  role: "viewer",
  answers: { 200: json("The versions.", EnvironmentVersionList) },
  handle:
    ({ environments }: Deps) =>
    async ({ path: { name } }) => {
      const versions = await environments.versions(name);
      if (versions.length === 0) throw new GatehouseError("not-found", "There is no environment of this name.");
      return ok({ versions });
    },
});

export const deployEnvironment = operation({
  id: "api.environments.deploy",
  method: "PUT",
  path: "/environments/{name}",
  parts: { name: NAME_PART },
  summary: "Make a tree the newest version of an environment",
  description:
    "All or nothing; agents' requests that are under way go on with the version that they began with. The files' bytes are sent before: `/apply/missing-files` says which are not here, `/apply/files` takes them. A tree that differs from the current version in times only makes none.",
  role: "operator",
  body: EnvironmentTree,
  bodyLimit: TREE_LIMIT,
  answers: {
    200: json("The environment was just so.", DeployedEnvironment),
    201: json("The new version.", DeployedEnvironment),
  },
  refusals: [409],
  handle:
    ({ environments, audit }: Deps) =>
    async ({ path: { name }, body, actor }) => {
      const deployed = await environments.deploy({ name, entries: body.entries.map(entryOf), by: actor });
      if (!deployed.changed) return ok(deployed);
      const { version } = deployed;
      await audit.record({ actor, action: "environment.deploy", subject: name, detail: { version } });
      return created(deployed);
    },
});

export const rollbackEnvironment = operation({
  id: "api.environments.rollback",
  method: "POST",
  path: "/environments/{name}/rollback",
  parts: { name: NAME_PART },
  summary: "Give agents a version of an environment that it had",
  role: "operator",
  body: EnvironmentRollback,
  answers: { 200: json("The version that agents get now.", DeployedEnvironment) },
  refusals: [404],
  handle:
    ({ environments, audit }: Deps) =>
    async ({ path: { name }, body, actor }) => {
      const moved = await environments.rollback(name, body.version);
      if (moved.changed) {
        const { version } = moved;
        await audit.record({ actor, action: "environment.rollback", subject: name, detail: { version } });
      }
      return ok(moved);
    },
});

export const withdrawEnvironment = operation({
  id: "api.environments.withdraw",
  method: "DELETE",
  path: "/environments/{name}",
  parts: { name: NAME_PART },
  summary: "Take an environment from agents; its versions stay",
  role: "operator",
  answers: { 204: nothing("It is gone.") },
  refusals: [404],
  handle:
    ({ environments, audit }: Deps) =>
    async ({ path: { name }, actor }) => {
      if (!(await environments.withdraw(name)))
        throw new GatehouseError("not-found", "There is no environment of this name.");
      await audit.record({ actor, action: "environment.withdraw", subject: name, detail: {} });
      return done;
    },
});

import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { AuditLog } from "@gatehouse/core/audit";
import { isEnvironmentName } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import { reasonOf } from "../apply/files.js";
import { type DeployPorts, deployTree } from "./deploy-tree.js";
import { readTree } from "./read-tree.js";

export interface RedeployDeps extends DeployPorts {
  /** A folder with a folder for each environment; undefined where there is none. */
  readonly dir: string | undefined;
  readonly audit: AuditLog;
  readonly log: Log;
}

/**
 * Deploys an environment, or all of them, from the folder that r10k lays them in; one deployment after the other, and
 * each of its own: one that fails leaves those before it deployed. An environment without a folder stays as it is.
 */
export function createRedeploy(deps: RedeployDeps): (name: string | undefined, by: string) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  return (name, by) => {
    const work = turn.then(() => redeploy(deps, name, by));
    turn = work.catch(() => undefined);
    return work;
  };
}

async function redeploy({ dir, audit, log, ...ports }: RedeployDeps, name: string | undefined, by: string) {
  if (dir === undefined) return;
  for (const one of name === undefined ? await environmentsIn(dir) : [name]) {
    const folder = path.join(dir, one);
    if (!(await isFolder(folder))) {
      log.warn("an environment was not deployed: it has no folder", { environment: one, folder });
      continue;
    }
    const tree = await readTree(folder);
    for (const warning of tree.warnings) log.warn(warning, { environment: one });
    const { version, changed } = await deployTree(ports, one, tree, by);
    log.info("environment deployed", { environment: one, version, changed });
    if (changed) await audit.record({ actor: by, action: "environment.deploy", subject: one, detail: { version } });
  }
}

async function environmentsIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((thrown: unknown) => {
    throw new GatehouseError("config-invalid", `puppet.environmentsDir, ${dir}: ${reasonOf(thrown)}`);
  });
  return names.filter(isEnvironmentName).sort();
}

const isFolder = (dir: string) =>
  stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );

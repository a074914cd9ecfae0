import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import {
  type Deployed,
  type Deployment,
  type Environments,
  type EnvironmentVersion,
  type NewTreeEntry,
  proposedVersion,
} from "@gatehouse/core/environments";
import { asGatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import type { GatewayCompiler } from "./compiler.js";

/** Milliseconds that a deployment waits for its code to be warm; then it is made all the same. */
const PATIENCE = 15_000;

export interface WarmParts {
  readonly compiler: Pick<GatewayCompiler, "warm">;
  readonly log: Log;
  readonly patience?: number;
}

/** Environments, and what is made ready of them besides. */
export interface WarmedEnvironments extends Environments {
  /**
   * Makes ready what a deployment of this tree would make, where that is new, as {@link Environments.deploy} does it: for
   * who deploys in a transaction, which is not to wait for code.
   * @returns what the code fails with
   * @throws as {@link Environments.propose}
   */
  warmed(name: string, entries: readonly NewTreeEntry[]): Promise<{ readonly warning?: string }>;
}

/**
 * Environments whose new version is warm before agents get it: the first of them waits no longer than those before. Code
 * that fails is deployed nevertheless, with what it fails with as a warning.
 */
export function warmedEnvironments(environments: Environments, parts: WarmParts): WarmedEnvironments {
  const { compiler, log, patience = PATIENCE } = parts;

  const warm = async (version: EnvironmentVersion): Promise<{ readonly warning?: string }> => {
    const late = new AbortController();
    const warming = compiler.warm(version).then(
      () => ({}),
      (thrown: unknown) => {
        const { message: warning, code, detail } = asGatehouseError(thrown);
        log.warn("an environment was not warmed", { environment: version.name, reason: detail ?? warning });
        return code === "catalog-failed" ? { warning } : {};
      },
    );
    const patient = sleep(patience, {}, { signal: late.signal }).catch(() => ({}));
    return Promise.race([warming, patient]).finally(() => late.abort());
  };

  const deploy = async (deployment: Deployment): Promise<Deployed> => {
    const { name, entries } = deployment;
    if (await environments.isCurrent(name, entries)) return environments.deploy(deployment);
    const said = await warm(await proposedVersion(deployment, setImmediate));
    return { ...(await environments.deploy(deployment)), ...said };
  };

  const rollback = async (name: string, wanted: number | undefined): Promise<Deployed> => {
    const known = await environments.versions(name);
    const before = known.findIndex(({ current }) => current) + 1;
    const number = wanted ?? known[before]?.version;
    const version = number === undefined ? undefined : await environments.version(name, number);
    const said = version === undefined ? {} : await warm(version);
    const moved = await environments.rollback(name, wanted);
    return { ...moved, ...said };
  };

  const warmed: WarmedEnvironments["warmed"] = async (name, entries) =>
    (await environments.isCurrent(name, entries)) ? {} : warm(await environments.propose(name, entries));

  return { ...environments, deploy, rollback, warmed };
}

import type { ResolvedSettings } from "@gatehouse/core/assignment";
import { catalogSettings } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion, KnownEnvironments } from "@gatehouse/core/environments";
import { DEFAULT_ENVIRONMENT, findEnvironment } from "../routes/v3/parameters.js";

/** The environment that a node gets. */
export interface ChosenEnvironment {
  readonly name: string;
  /** Undefined where nothing of this name was deployed. */
  readonly version: EnvironmentVersion | undefined;
}

/**
 * What an operator gives a node comes first; else it has what it asks for; else, where there is no such environment,
 * the default one (wire/puppet.md section 3.2).
 */
export async function chooseEnvironment(
  environments: Pick<KnownEnvironments, "current">,
  settings: ResolvedSettings,
  requested: string,
): Promise<ChosenEnvironment> {
  const given = settings[catalogSettings.environment];
  const wanted = typeof given === "string" ? given : requested;
  const version = await findEnvironment(environments, wanted);
  if (version !== undefined || wanted === given) return { name: wanted, version };
  return { name: DEFAULT_ENVIRONMENT, version: await findEnvironment(environments, DEFAULT_ENVIRONMENT) };
}

import {
  type CatalogArchive,
  type CatalogPreview,
  type CatalogRequest,
  type Compiled,
  CompileFailed,
  CompileLate,
  type CompileLog,
  catalogDifferences,
  type PreviewedAgent,
  type PreviewWish,
  redactedCatalog,
  refuseConflicts,
} from "@gatehouse/core/catalogs";
import type { Environments, EnvironmentVersion } from "@gatehouse/core/environments";
import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import { aliasOf } from "../agents.js";
import type { PuppetV3Deps } from "../deps.js";
import { FileServer } from "../environment/index.js";
import { PuppetError } from "../errors.js";
import { DEFAULT_ENVIRONMENT, findEnvironment } from "../routes/v3/parameters.js";
import { type ChosenEnvironment, chooseEnvironment } from "./environment-choice.js";
import { givenFacts } from "./given-facts.js";
import { resolutionFor, storedFacts } from "./node-data.js";
import { emptyCatalog } from "./render.js";
import { withSourceContents } from "./source-contents.js";
import { trustedFacts } from "./trusted.js";

export interface PreviewDeps
  extends Pick<PuppetV3Deps, "registry" | "assignments" | "facts" | "catalogs" | "content" | "config"> {
  readonly environments: Pick<Environments, "current" | "version">;
  readonly archive: Pick<CatalogArchive, "list">;
}

/** What an attempt came to. */
type Attempt =
  | { readonly made: Compiled; readonly error: undefined; readonly isLate: false; readonly logs: readonly CompileLog[] }
  | {
      readonly made: undefined;
      readonly error: string;
      readonly isLate: boolean;
      readonly logs: readonly CompileLog[];
    };

/** {@link CatalogPreview}: of what is stored of an agent, and with nothing that agents keep to themselves. */
export function createCatalogPreview(deps: PreviewDeps): CatalogPreview {
  const files = new FileServer({ content: deps.content, mounts: deps.config.mounts ?? {} });

  /** All that a catalog is made of; what the node's groups do not agree on is thrown when it is made. */
  const prepare = async ({ certname, extensions }: PreviewedAgent, wish: PreviewWish) => {
    const agent = await deps.registry.findAgent(aliasOf(certname));
    const given = wish.facts === undefined ? undefined : givenFacts(wish.facts, certname);
    const [{ settings, conflicts }, facts, last] = await Promise.all([
      resolutionFor(deps, agent, given && { source: "puppet", facts: given }),
      given ?? storedFacts(deps, agent?.nodeId),
      agent === undefined ? [] : deps.archive.list(agent.nodeId, 1),
    ]);
    const usual = await chooseEnvironment(deps.environments, settings, last[0]?.environment ?? DEFAULT_ENVIRONMENT);
    const { name, version } = await wanted(deps, usual, wish);
    const request: CatalogRequest = {
      certname,
      nodeId: agent?.nodeId,
      environment: version,
      environmentName: name,
      facts,
      trusted: trustedFacts(certname, extensions),
      settings,
      isTrial: true,
    };
    return { request, conflicts, usual };
  };
  type Prepared = Awaited<ReturnType<typeof prepare>>;

  const attempt = async ({ request, conflicts }: Pick<Prepared, "request" | "conflicts">): Promise<Attempt> => {
    try {
      refuseConflicts(conflicts);
      const made = await deps.catalogs.compile(request);
      return { made, error: undefined, isLate: false, logs: made.logs };
    } catch (thrown) {
      const error = asGatehouseError(thrown);
      if (error.code !== "catalog-failed" && !(error instanceof PuppetError)) throw error;
      const logs = error instanceof CompileFailed ? error.logs : [];
      return { made: undefined, error: error.message, isLate: error instanceof CompileLate, logs };
    }
  };

  return {
    async of(agent, wish = {}) {
      const prepared = await prepare(agent, wish);
      const { environment, environmentName } = prepared.request;
      const { made, error, logs } = await attempt(prepared);
      return {
        environment: environmentName,
        version: numberOf(environment),
        logs,
        milliseconds: made?.milliseconds,
        catalog: made && redactedCatalog(made.catalog),
        error,
      };
    },

    async change(agent, proposed) {
      const { request, conflicts, usual } = await prepare(agent, {});
      const current = await findEnvironment(deps.environments, proposed.name);
      const compiledOf = async (environment: EnvironmentVersion | undefined) => {
        if (environment === undefined) return NOTHING(agent.certname, proposed.name);
        const said = { ...request, environment, environmentName: proposed.name };
        const { made, ...rest } = await attempt({ request: said, conflicts });
        return { ...rest, catalog: made && (await withSourceContents(made.catalog, environment, files)) };
      };
      // The current one comes last: what was used last of an environment is kept ready.
      const after = await compiledOf(proposed);
      const before = await compiledOf(current);
      const known = new Set(before.logs.map(lineOf));
      return {
        environment: usual.name,
        before: { error: before.error },
        after: { error: after.error },
        isLate: after.isLate,
        logs: after.logs.filter((log) => !known.has(lineOf(log))),
        differences: before.catalog && after.catalog && catalogDifferences(before.catalog, after.catalog),
      };
    },
  };
}

/** What nodes get of an environment that was never deployed, and is not the default one. */
const NOTHING = (certname: string, environment: string) => ({
  ...{ error: undefined, isLate: false, logs: [] as readonly CompileLog[] },
  catalog: emptyCatalog(certname, environment),
});

/** The same words from another line are the same. */
const lineOf = ({ level, message }: CompileLog) =>
  `${level} ${message.replaceAll(/\bline: \d+(?:, column: \d+)?/g, "")}`;

/** The default environment is there before it is deployed, as number 0. */
const numberOf = (version: EnvironmentVersion | undefined) => (version?.version === 0 ? undefined : version?.version);

/** @throws not-found */
async function wanted(
  { environments }: Pick<PreviewDeps, "environments">,
  usual: ChosenEnvironment,
  { environment, version: number }: PreviewWish,
): Promise<ChosenEnvironment> {
  const name = environment ?? usual.name;
  if (number !== undefined) {
    const version = await environments.version(name, number);
    if (version !== undefined) return { name, version };
    throw new GatehouseError("not-found", `There is no version ${number} of environment ${name}, or not any more.`);
  }
  if (environment === undefined) return usual;
  const version = await findEnvironment(environments, name);
  if (version !== undefined) return { name, version };
  throw new GatehouseError("not-found", `There is no environment ${name}.`);
}

import { type Compiled, type CompileLog, conflictFailure, refuseConflicts } from "@gatehouse/core/catalogs";
import { asGatehouseError } from "@gatehouse/core/errors";
import type { Log, Reply, RouteRow } from "@gatehouse/http";
import { aliasOf } from "../../agents.js";
import { chooseEnvironment } from "../../catalogs/environment-choice.js";
import { makeCatalog } from "../../catalogs/making.js";
import { resolutionFor, storedFacts } from "../../catalogs/node-data.js";
import { trustedFacts } from "../../catalogs/trusted.js";
import type { PuppetV3Deps } from "../../deps.js";
import { JSON_UTF8, PlainError, text } from "../../errors.js";
import { submitFacts } from "../../facts.js";
import { readV4Request, type V4Request } from "../../wire/v4-request.js";

/** Bytes: facts, which are stored up to 1 MiB of them, and a few words. */
const BODY_LIMIT = 4 << 20;

/**
 * POST /puppet/v4/catalog: catalogs for a service that asks on behalf of nodes, with all that it says of them believed.
 * By the default rules nobody may (wire/puppet.md section 3.9).
 */
export const v4CatalogRoutes = (deps: PuppetV3Deps): RouteRow[] => [
  {
    id: "puppet.v4.catalog",
    method: "POST",
    pattern: /^\/puppet\/v4\/catalog\/?$/,
    access: { who: "rules" },
    bodyLimit: BODY_LIMIT,
    admission: "check-in",
    handle: async ({ body, log }) => {
      const asked = readV4Request(body);
      try {
        return answerOf(await catalogFor(deps, asked, log), asked);
      } catch (thrown) {
        const error = asGatehouseError(thrown);
        throw error.code === "catalog-failed" ? new PlainError(error.code, error.message) : error;
      }
    },
  },
];

/** A text that is there goes on as it is: 1.0 and numbers of twenty digits would not outlive a parse. */
function answerOf({ catalog, json, logs }: Compiled, asked: V4Request): Reply {
  const said = json?.toString() ?? JSON.stringify(catalog);
  const more = asked.options?.capture_logs === true ? `,"logs":${JSON.stringify(logsFor(asked, logs))}` : "";
  return text(200, `{"catalog":${said}${more}}`, JSON_UTF8);
}

async function catalogFor(deps: PuppetV3Deps, asked: V4Request, log: Log): Promise<Compiled> {
  const { certname, environment: requested, persistence, facts: said } = asked;
  const agent = await deps.registry.findAgent(aliasOf(certname));
  if (agent !== undefined && said !== undefined && persistence.facts)
    await submitFacts(deps, agent.agentId, Buffer.from(JSON.stringify({ name: certname, values: said.values })));
  const saying = said && { source: "puppet", facts: said.values };
  const { settings, conflicts } = await resolutionFor(deps, agent, saying);
  const preferred = asked.options?.prefer_requested_environment === true ? {} : settings;
  const environment = await chooseEnvironment(deps.environments, preferred, requested);
  const request = {
    certname,
    nodeId: agent?.nodeId,
    environment: environment.version,
    environmentName: environment.name,
    facts: said?.values ?? (await storedFacts(deps, agent?.nodeId)),
    trusted: asked.trusted_facts?.values ?? trustedFacts(certname, {}),
    settings,
  };
  if (persistence.catalog) return makeCatalog(deps, request, log, conflictFailure(conflicts));
  refuseConflicts(conflicts);
  return deps.catalogs.compile(request);
}

/** From the least to the worst. */
const LEVELS: readonly CompileLog["level"][] = ["debug", "info", "notice", "warning", "err", "alert", "emerg", "crit"];

/** What was said at the level that is asked for, and above; all without one. */
function logsFor({ options }: V4Request, logs: readonly CompileLog[]): readonly CompileLog[] {
  const least = options?.log_level;
  return least === undefined ? logs : logs.filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(least));
}

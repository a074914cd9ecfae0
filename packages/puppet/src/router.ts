import { createRouter, type Handler, type RouteTable } from "@gatehouse/http";
import { withAgents } from "./agents.js";
import { createAuthorization } from "./authorization/authorization.js";
import { canonicalPath } from "./canonical-path.js";
import type { PuppetDeps } from "./deps.js";
import { COMMON_HEADERS, renderError } from "./errors.js";
import { bulkRoutes } from "./routes/bulk.js";
import { bundleRoutes } from "./routes/bundles.js";
import { renewalRoute } from "./routes/renewal.js";
import { requestRoutes } from "./routes/requests.js";
import { serviceStatusRoutes } from "./routes/service-status.js";
import { statusRoutes } from "./routes/statuses.js";

/**
 * The CA protocol, version 1, and the status that load balancers ask for. Below Puppet's prefixes the rules are asked
 * first: 403 for who may not, whether there is something or not, and 404 for who may (decisions row 12).
 * @throws config-invalid for an operator's rule that means nothing
 */
export function puppetTable(deps: PuppetDeps): RouteTable {
  const { authority } = deps;
  return {
    protocol: "puppet",
    rows: [
      ...withAgents(
        [
          ...bundleRoutes(authority),
          ...requestRoutes(authority),
          ...statusRoutes(authority),
          ...bulkRoutes(authority),
          renewalRoute(authority),
        ],
        deps,
      ),
      // Balancers ask for it, all the time.
      ...serviceStatusRoutes(deps),
    ],
    canonicalPath,
    authorize: createAuthorization(deps.config, deps.authorizationRules, deps.log).authorize,
    renderError,
    commonHeaders: COMMON_HEADERS,
  };
}

/** The adapter as an Express handler; what is below none of its prefixes passes on. */
export function createPuppetRouter(deps: PuppetDeps): Handler {
  return createRouter(puppetTable(deps), deps);
}

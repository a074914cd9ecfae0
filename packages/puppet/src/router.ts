import { createRouter, type Handler, type RouteRow, type RouteTable } from "@gatehouse/http";
import { withAgents } from "./agents.js";
import { createAuthorization } from "./authorization/authorization.js";
import { canonicalPath, SERVICE_MOUNTS, V3_MOUNTS } from "./canonical-path.js";
import type { PuppetDeps, PuppetV3Deps } from "./deps.js";
import { COMMON_HEADERS, renderError, renderV3Error } from "./errors.js";
import { bulkRoutes } from "./routes/bulk.js";
import { bundleRoutes } from "./routes/bundles.js";
import { environmentCacheRoute } from "./routes/environment-cache.js";
import { renewalRoute } from "./routes/renewal.js";
import { requestRoutes } from "./routes/requests.js";
import { serviceStatusRoutes } from "./routes/service-status.js";
import { statusRoutes } from "./routes/statuses.js";
import { v3Routes } from "./routes/v3/index.js";

/**
 * Two tables, for their errors have different forms: the CA protocol with the status that load balancers ask for, and
 * API v3 with v4. Below Puppet's prefixes the rules are asked first: 403 for who may not, whether there is something or
 * not, and 404 for who may (decisions row 12).
 * @throws config-invalid for an operator's rule that means nothing
 */
export function puppetTables(deps: PuppetDeps & PuppetV3Deps): readonly [services: RouteTable, v3: RouteTable] {
  const { authorize } = createAuthorization(deps.config, deps.authorizationRules, deps.log);
  const both = { protocol: "puppet", authorize, commonHeaders: COMMON_HEADERS };
  return [
    {
      ...both,
      // Balancers ask for the status, all the time: no agent is known by that.
      rows: [
        ...withAgents([...authorityRoutes(deps), environmentCacheRoute(deps)], deps),
        ...serviceStatusRoutes(deps),
      ],
      canonicalPath: (rawPath) => canonicalPath(rawPath, SERVICE_MOUNTS),
      renderError,
    },
    {
      ...both,
      rows: withAgents(v3Routes(deps), deps),
      canonicalPath: (rawPath) => canonicalPath(rawPath, V3_MOUNTS),
      renderError: renderV3Error,
    },
  ];
}

const authorityRoutes = ({ authority }: PuppetDeps): RouteRow[] => [
  ...bundleRoutes(authority),
  ...requestRoutes(authority),
  ...statusRoutes(authority),
  ...bulkRoutes(authority),
  renewalRoute(authority),
];

/** The adapter as Express handlers; what is below none of its prefixes passes on. */
export function createPuppetRouters(deps: PuppetDeps & PuppetV3Deps): Handler[] {
  return puppetTables(deps).map((table) => createRouter(table, deps));
}

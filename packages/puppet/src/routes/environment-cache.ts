import { checkEnvironmentName } from "@gatehouse/core/environments";
import type { RouteRow } from "@gatehouse/http";
import type { PuppetDeps } from "../deps.js";
import { actorOf } from "./caller.js";

/**
 * What r10k and Code Manager call after they laid code (wire/puppet.md section 6): the answer is there when agents get
 * it. puppetserver forgets what it compiled; here it is when a new version is made.
 */
export const environmentCacheRoute = ({ redeploy }: Pick<PuppetDeps, "redeploy">): RouteRow => ({
  id: "puppet.environment-cache",
  method: "DELETE",
  pattern: /^\/puppet-admin-api\/v1\/environment-cache$/,
  access: { who: "rules" },
  bodyLimit: 0,
  admission: "operator",
  handle: async (request) => {
    const environment = request.query.get("environment") ?? undefined;
    if (environment !== undefined) checkEnvironmentName(environment);
    await redeploy(environment, actorOf(request));
    return { status: 204 };
  },
});

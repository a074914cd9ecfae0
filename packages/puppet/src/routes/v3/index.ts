import type { RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { factsRoutes } from "./facts.js";
import { fileBucketRoutes } from "./file-bucket.js";
import { reportRoutes } from "./report.js";

/** Every row of API v3, and v4's. */
export function v3Routes(deps: PuppetV3Deps): RouteRow[] {
  return [...factsRoutes(deps), ...reportRoutes(deps), ...fileBucketRoutes(deps)];
}

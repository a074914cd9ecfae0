import type { RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { catalogRoutes } from "./catalog.js";
import { v4CatalogRoutes } from "./catalog-v4.js";
import { environmentRoutes } from "./environments.js";
import { factsRoutes } from "./facts.js";
import { fileBucketRoutes } from "./file-bucket.js";
import { fileRoutes } from "./files.js";
import { nodeRoutes } from "./node.js";
import { reportRoutes } from "./report.js";
import { staticContentRoutes } from "./static-content.js";
import { taskRoutes } from "./tasks.js";

/** Every row of API v3, and v4's. */
export function v3Routes(deps: PuppetV3Deps): RouteRow[] {
  return [
    ...nodeRoutes(deps),
    ...catalogRoutes(deps),
    ...v4CatalogRoutes(deps),
    ...environmentRoutes(deps),
    ...fileRoutes(deps),
    ...staticContentRoutes(deps),
    ...taskRoutes(deps),
    ...factsRoutes(deps),
    ...reportRoutes(deps),
    ...fileBucketRoutes(deps),
  ];
}

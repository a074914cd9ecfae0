import { createRouter, type Handler, type RouteTable } from "@gatehouse/http";
import type { DscDeps } from "./deps.js";
import { COMMON_HEADERS, renderError } from "./errors.js";
import { parseODataPath } from "./odata-path.js";
import { certificateRotationRoute } from "./routes/certificate-rotation.js";
import { configurationContentRoute, moduleContentRoute } from "./routes/content.js";
import { getDscActionRoute } from "./routes/get-dsc-action.js";
import { registerRoute } from "./routes/register.js";
import { reportRoute, reportsRoute } from "./routes/reports.js";
import { sendReportRoute } from "./routes/send-report.js";
import { serviceRoutes } from "./routes/service.js";

/** Every route of the pull protocol, version 2. */
export function dscTable(deps: DscDeps): RouteTable {
  return {
    protocol: "dsc",
    rows: [
      getDscActionRoute(deps),
      sendReportRoute(deps),
      registerRoute(deps),
      certificateRotationRoute(deps),
      configurationContentRoute(deps),
      moduleContentRoute(deps),
      reportsRoute(deps),
      reportRoute(deps),
      ...serviceRoutes,
    ],
    canonicalPath: (rawPath) => parseODataPath(rawPath, deps.config.prefixes)?.canonical,
    renderError,
    commonHeaders: COMMON_HEADERS,
  };
}

/** The adapter as an Express handler; what is below none of its prefixes passes on. */
export function createDscRouter(deps: DscDeps): Handler {
  return createRouter(dscTable(deps), deps);
}

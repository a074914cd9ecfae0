import { createRouter, type Handler, noPeer, type RouteTable } from "@gatehouse/http";
import { operatorAuthentication } from "./auth.js";
import type { ApiDeps } from "./deps.js";
import { renderError } from "./errors.js";
import { operations } from "./operations.js";

/** Every route of the operators' API. */
export function apiTable(deps: ApiDeps): RouteTable {
  return {
    protocol: "api",
    rows: operations.map(({ row }) => row(deps)),
    // Parts of a path are decoded where they are used: an encoded slash belongs to a name.
    canonicalPath: (path) => (/^\/api(?:\/|$)/.test(path) ? path : undefined),
    renderError,
    commonHeaders: { "X-Content-Type-Options": "nosniff" },
  };
}

/** The API as an Express handler; operators prove themselves with a token or a certificate. */
export function createApiRouter(deps: ApiDeps): Handler {
  return createRouter(apiTable(deps), {
    ...deps,
    authenticate: operatorAuthentication(deps.tokens, deps.peerOf ?? noPeer),
  });
}

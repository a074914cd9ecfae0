import type { ResolvedSettings } from "@gatehouse/core/assignment";
import { calledBelow, type RouteRequest } from "@gatehouse/http";
import { MIRRORS } from "../../settings.js";

/** Below any plugin's path; agents put `h/hh/hash` behind it. */
const PARTS = "/plugins/fusioninventory/b/deploy/parts/";

/**
 * Where an agent gets the parts of files: what its groups say, then here, below the prefix that it called.
 * @returns absolute, each with a slash at its end; without a query, to which agents put a slash (section 4)
 */
export function mirrorsOf(
  request: Pick<RouteRequest, "origin" | "path" | "raw">,
  settings: ResolvedSettings,
): string[] {
  const said = settings[MIRRORS];
  const mirrors = (Array.isArray(said) ? said : []).filter(
    (url): url is string => typeof url === "string" && /^https?:\/\/[^\s?#]+$/.test(url),
  );
  return [...new Set([...mirrors.map((url) => url.replace(/\/*$/, "/")), `${calledBelow(request)}${PARTS}`])];
}

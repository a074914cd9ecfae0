import type { RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";

/** Every row of API v3, and v4's. */
export function v3Routes(_deps: PuppetV3Deps): RouteRow[] {
  return [];
}

import { isFromTrustedProxy } from "../connection.js";
import type { RouteRequest } from "../route-table.js";

/** Where agents of each age are told to look for their server (wire/glpi.md section 1). */
const HISTORICAL: ReadonlySet<string> = new Set([
  "/",
  "/front/inventory.php",
  "/plugins/glpiinventory",
  "/marketplace/glpiinventory",
  "/plugins/fusioninventory",
  "/plugins/fusioninventory/front/communication.php",
  "/plugins/fusioninventory/front/plugin_fusioninventory.communication.php",
  "/marketplace/fusioninventory",
  "/plugins/fusinvinventory/b",
  "/ocsinventory",
]);
/** One task's own path below a plugin: those that we announce, and those of older servers. */
const TASK = /^\/(?:plugins|marketplace)\/(?:glpiinventory|fusioninventory)(?:\/b)?\/[a-z]{2,32}$/;
/** Where agents get the parts of packages' files, by what comes behind it. */
export const PART_PATH =
  /^\/(?:plugins|marketplace)\/(?:glpiinventory|fusioninventory)(?:\/b)?\/deploy\/parts\/(?<part>.+)$/;
/** Where agents ask for an access token: behind the path that they call, or the part of it before a plugin's. */
export const TOKEN_PATH = "/api.php/token";
/** Characters: the longest that is looked at. */
const LONGEST = 1024;

/**
 * The one form of a path that inventory agents call, without the prefix that it was called below.
 * @param rawPath as it came, without the query: with or without a slash at its end, slashes doubled or not
 * @param prefixes such as `/glpi`; a path without one is always taken
 * @returns such as `/front/inventory.php`; undefined for what no agent calls
 */
export function inventoryPath(rawPath: string, prefixes: readonly string[]): string | undefined {
  if (rawPath.length > LONGEST || !rawPath.startsWith("/")) return undefined;
  const path = plainPath(rawPath);
  for (const prefix of ["", ...prefixes]) {
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
    const rest = path.slice(prefix.length) || "/";
    if (isCalled(rest)) return rest;
    if (rest.endsWith(TOKEN_PATH) && isCalled(rest.slice(0, -TOKEN_PATH.length) || "/")) return TOKEN_PATH;
  }
  return undefined;
}

const plainPath = (rawPath: string): string => rawPath.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");

const isCalled = (path: string): boolean => HISTORICAL.has(path) || TASK.test(path) || isPartPath(path);

/** Whether a canonical path is one of a file's part. */
export const isPartPath = (path: string): boolean => PART_PATH.test(path);

/** What a proxy may say of the path that it took away: parts of plain characters, none of them dots only. */
const TAKEN_AWAY = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]{1,100}){1,8}$/;

/**
 * What an agent has to put before a path of ours to come to it by the way that it came: the origin that it called, and the
 * prefix below which it did; also one that a trusted proxy took away and tells of (X-Forwarded-Prefix).
 * @param request whose `path` is the canonical one, without a prefix
 * @returns such as `https://assets.example.org/glpi`: no slash at its end, no query
 */
export function calledBelow({ origin, path, raw }: Pick<RouteRequest, "origin" | "path" | "raw">): string {
  const { url = "/", headers } = raw;
  const called = plainPath(url.split("?", 1)[0] ?? "/");
  const own = path === "/" ? "" : path;
  const prefix = called !== "/" && called.endsWith(own) ? called.slice(0, called.length - own.length) : "";
  const said = headers["x-forwarded-prefix"];
  const before = typeof said === "string" && isFromTrustedProxy(raw) ? said.replace(/\/$/, "") : "";
  return `${origin}${TAKEN_AWAY.test(before) ? before : ""}${prefix}`;
}

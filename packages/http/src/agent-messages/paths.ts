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
  const path = rawPath.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  for (const prefix of ["", ...prefixes]) {
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
    const rest = path.slice(prefix.length) || "/";
    if (isCalled(rest)) return rest;
    if (rest.endsWith(TOKEN_PATH) && isCalled(rest.slice(0, -TOKEN_PATH.length) || "/")) return TOKEN_PATH;
  }
  return undefined;
}

const isCalled = (path: string): boolean => HISTORICAL.has(path) || TASK.test(path);

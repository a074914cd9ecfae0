import { describe, expect, it } from "vitest";
import { inventoryPath } from "./paths.js";

const path = (raw: string) => inventoryPath(raw, ["/glpi", "/asset/inbox"]);

describe("a path that inventory agents call", () => {
  it.each([
    "/",
    "/front/inventory.php",
    "/plugins/glpiinventory",
    "/marketplace/glpiinventory",
    "/plugins/fusioninventory",
    "/plugins/fusioninventory/front/communication.php",
    "/plugins/fusioninventory/front/plugin_fusioninventory.communication.php",
    "/plugins/fusinvinventory/b",
    "/ocsinventory",
    "/plugins/glpiinventory/b/esx",
    "/plugins/fusioninventory/b/deploy",
    "/plugins/fusioninventory/collect",
  ])("%s is one, with a slash behind it, slashes doubled, below a prefix", (known) => {
    expect(path(known)).toBe(known);
    expect(path(known === "/" ? "//" : `${known}/`)).toBe(known);
    expect(path(known.replaceAll("/", "//"))).toBe(known);
    expect(path(`/glpi${known}`)).toBe(known);
    expect(path(`/glpi//${known}/`)).toBe(known);
    expect(path(`/asset/inbox${known}`)).toBe(known);
  });

  it.each([
    "/api.php/token",
    "/front/inventory.php/api.php/token",
    "/plugins/glpiinventory/api.php/token",
    "/plugins/glpiinventory/b/esx/api.php/token",
    "/ocsinventory/api.php/token",
  ])("%s is where a token is asked for, below a prefix too", (asked) => {
    for (const prefix of ["", "/glpi", "/asset/inbox"]) {
      expect(path(`${prefix}${asked}`)).toBe("/api.php/token");
      expect(path(`${prefix}//${asked.replaceAll("/", "//")}/`)).toBe("/api.php/token");
    }
  });

  it.each([
    "/api.php",
    "/api.php/tokens",
    "/API.php/token",
    "/xapi.php/token",
    "/plugins/other/api.php/token",
    "/glpi2/api.php/token",
    "/api.php/token/api.php/token",
    "/front",
    "/front/inventory.php/x",
    "/Front/inventory.php",
    "/glpi2/front/inventory.php",
    "/glpi/glpi",
    "/plugins/other",
    "/plugins/glpiinventory/b/../esx",
    "/plugins/glpiinventory/b/e%73x",
    "/api/v1/nodes",
    "/puppet/v3/node/x",
    "",
    "front/inventory.php",
    `/${"a/".repeat(100_000)}`,
  ])("%.60s is none", (other) => {
    expect(path(other)).toBeUndefined();
  });
});

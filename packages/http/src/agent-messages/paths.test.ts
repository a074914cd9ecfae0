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

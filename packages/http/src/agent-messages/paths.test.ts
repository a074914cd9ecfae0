import { type IncomingMessage, Server } from "node:http";
import { describe, expect, it } from "vitest";
import { AddressList } from "../addresses.js";
import { trustProxies } from "../connection.js";
import { calledBelow, inventoryPath } from "./paths.js";

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
    "/plugins/fusioninventory/b/deploy/parts/0/00/0a",
    "/marketplace/glpiinventory/b/deploy/parts/0a",
    "/plugins/glpiinventory/deploy/parts/..",
    "/plugins/fusioninventory/b/deploy/parts/%2e%2e%2f",
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
    "/plugins/fusioninventory/b/deploy/parts",
    "/plugins/fusioninventory/b/collect/parts/0a",
    "/plugins/other/b/deploy/parts/0a",
    "/deploy/parts/0a",
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

describe("what agents are told to put before a path", () => {
  const told = (url: string, canonical: string, headers: Record<string, string> = {}, trusted = true) => {
    const server = new Server();
    trustProxies(server, new AddressList(trusted ? ["192.0.2.1"] : []), { certificates: false });
    const raw = { url, headers, socket: { server, remoteAddress: "192.0.2.1" } } as unknown as IncomingMessage;
    return calledBelow({ origin: "https://gw.example", path: canonical, raw });
  };

  it.each([
    ["/", "/", ""],
    ["/?action=getConfig&x=/glpi/", "/", ""],
    ["/glpi", "/", "/glpi"],
    ["/glpi/?action=getConfig", "/", "/glpi"],
    ["/glpi//plugins//fusioninventory/?a", "/plugins/fusioninventory", "/glpi"],
    ["/plugins/fusioninventory/b/deploy/", "/plugins/fusioninventory/b/deploy", ""],
    ["/asset/inbox/front/inventory.php", "/front/inventory.php", "/asset/inbox"],
  ])("%s: the prefix below which they called", (url, canonical, prefix) => {
    expect(inventoryPath(url.split("?")[0] ?? "", ["/glpi", "/asset/inbox"])).toBe(canonical);
    expect(told(url, canonical)).toBe(`https://gw.example${prefix}`);
  });

  it.each([
    ["/assets", "/assets"],
    ["/assets/", "/assets"],
    ["/a/b.c", "/a/b.c"],
    ["/", ""],
    ["assets", ""],
    ["//evil.example", ""],
    ["/a?x=", ""],
    ["/../x", ""],
    ['/a"><b>', ""],
    ["/a".repeat(9), ""],
    [`/${"a".repeat(101)}`, ""],
  ])("X-Forwarded-Prefix %s counts from a trusted proxy, as far as it is a path", (said, before) => {
    const headers = { "x-forwarded-prefix": said };
    expect(told("/glpi/", "/", headers)).toBe(`https://gw.example${before}/glpi`);
    expect(told("/glpi/", "/", headers, false)).toBe("https://gw.example/glpi");
  });
});

import type { IncomingMessage } from "node:http";
import type { GatehouseError } from "@gatehouse/core/errors";
import type { Reply, RouteRow, RouteTable } from "@gatehouse/http";
import type { Mount } from "../config/types.js";

const text = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache", ...headers },
  body,
});

const PLACES: Record<Mount, string> = {
  dsc: "/PSDSCPullServer.svc/   DSC pull protocol, version 2",
  puppet: "/puppet-ca/v1/          Puppet and OpenVox",
  inventory: "/front/inventory.php    GLPI, FusionInventory and OCS agents",
  api: "/api/v1/                operators",
  platform: "/healthz /readyz /metrics",
};

/** Last of all: the page that names the mounts, and the refusal of everything that no adapter knows. */
export function landingTable(mountsOf: (req: IncomingMessage) => readonly Mount[]): RouteTable {
  const page: Omit<RouteRow, "id" | "method"> = {
    pattern: /^\/$/,
    access: { who: "anyone", why: "names the mounts and nothing else" },
    bodyLimit: 0,
    admission: "operator",
    handle: ({ raw }) =>
      text(
        200,
        `Gatehouse\n\n${mountsOf(raw)
          .map((mount) => `  ${PLACES[mount]}`)
          .join("\n")}\n`,
      ),
  };
  return {
    protocol: "landing",
    canonicalPath: (path) => path,
    renderError: (error: GatehouseError) =>
      text(error.status, `${error.message}\n`, error.allow ? { Allow: error.allow.join(", ") } : {}),
    rows: [
      { id: "landing", method: "GET", ...page },
      { id: "landing.head", method: "HEAD", ...page },
    ],
  };
}

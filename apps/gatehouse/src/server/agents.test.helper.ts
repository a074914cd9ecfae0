import type { Answer, House } from "./gateway.test.helper.js";

export const basic = (name: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
});

export const FUSION = "FusionInventory-Agent_v2.6-3";

/** What makes a machine what it is, as inventories say it. */
export interface Machine {
  readonly name: string;
  readonly uuid: string;
  readonly serial: string;
  readonly mac: string;
}

/** A message of FusionInventory's agent, plain. */
export const xmlOf = (deviceId: string, query: string, content = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>${content === "" ? "" : `<CONTENT>${content}</CONTENT>`}<DEVICEID>${deviceId}</DEVICEID><QUERY>${query}</QUERY></REQUEST>\n`;

export const contentOf = ({ name, uuid, serial, mac }: Machine, software = "openssl"): string =>
  `<HARDWARE><NAME>${name}</NAME><UUID>${uuid}</UUID></HARDWARE><BIOS><SSN>${serial}</SSN></BIOS><NETWORKS><MACADDR>${mac}</MACADDR></NETWORKS><SOFTWARES><NAME>${software}</NAME></SOFTWARES>`;

/** Sends XML as FusionInventory's agent does. */
export const sayXml = (house: House, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  house.call("POST", "/plugins/fusioninventory/", {
    body,
    headers: { "User-Agent": FUSION, "Content-Type": "application/xml", ...headers },
  });

/** Sends JSON as GLPI's agent does. */
export const sayJson = (
  house: House,
  agentId: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  house.call("POST", "/front/inventory.php", {
    body,
    headers: {
      ...{ "User-Agent": "GLPI-Agent_v1.12", "Content-Type": "application/json", "GLPI-Agent-ID": agentId },
      ...headers,
    },
  });

/** How many submissions there are, processed or not. */
export async function submissions({ db }: House): Promise<number> {
  const [row] = await db.run<{ count: number }>("select count(*)::int as count from submissions");
  return row?.count ?? 0;
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { InventoryFact } from "@gatehouse/core/inventory";
import { inventoryFactOf } from "./fact.js";

/** A message in the shape of JSON, as agents send it and the public converter makes it. */
export interface Said {
  readonly deviceid: string;
  readonly itemtype?: string;
  readonly partial?: boolean;
  readonly tag?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folders = ["captured", "inventory_format/examples", "inventory_format/json"];

/** By folder and file: messages of real agents, and the public examples. None where they are not at hand. */
export const messages: ReadonlyMap<string, Said> = new Map(
  folders.flatMap((folder) => {
    const path = join(shared, "data/glpi", folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((file) => file.endsWith(".json"))
      .map((file) => [`${folder}/${file}`, JSON.parse(readFileSync(join(path, file), "utf8")) as Said] as const);
  }),
);

export const noMessages = messages.size === 0;
if (noMessages)
  console.warn(`no messages in ${shared}/data/glpi: tests that read them are skipped (set GATEHOUSE_SHARED)`);

export function said(name: string): Said {
  const found = messages.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** What a whole message says, through all of this package. */
export const factOf = ({ deviceid, itemtype, partial, tag, content }: Said): InventoryFact =>
  inventoryFactOf({
    deviceId: deviceid,
    ...(itemtype !== undefined && { itemType: itemtype }),
    scope: partial === true ? "partial" : "full",
    ...(tag !== undefined && { tag }),
    content,
    of: "own",
  });

/** The inventories of a recording, as they went over the wire. */
export function recordedInventories(recording: string): Said[] {
  const file = readFileSync(join(shared, "traces/glpi", `${recording}.json`), "utf8");
  const { exchanges } = JSON.parse(file) as { exchanges: { request: { bodyBase64?: string } }[] };
  return exchanges
    .map(({ request }) => Buffer.from(request.bodyBase64 ?? "", "base64"))
    .map((body) => (body[0] === 0x78 ? inflateSync(body) : body).toString())
    .filter((text) => text.startsWith("{"))
    .map((text) => JSON.parse(text) as Said & { action?: string })
    .filter(({ action }) => action === "inventory");
}

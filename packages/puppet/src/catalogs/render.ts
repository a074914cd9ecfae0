import { randomUUID } from "node:crypto";
import type { Catalog, Compiled } from "@gatehouse/core/catalogs";
import type { Reply } from "@gatehouse/http";
import { encode } from "@msgpack/msgpack";
import { contentTypeOf } from "../wire/formats.js";
import { withPlainValues } from "./plain-values.js";
import { type Inlining, withMetadata } from "./static-catalog.js";

/** In the order of who takes everything (wire/puppet.md section 2). */
export const CATALOG_FORMATS = ["rich_json", "json", "rich_msgpack", "msgpack", "pson"] as const;
export type CatalogFormat = (typeof CATALOG_FORMATS)[number];

/**
 * A catalog in the format that the agent asked for: rich data goes only to who knows it. One whose text is there is not
 * read where the text will do.
 */
export function renderCatalog(made: Pick<Compiled, "catalog" | "json">, format: CatalogFormat, more?: Inlining): Reply {
  const { json } = made;
  if (json !== undefined && format === "rich_json")
    return textual(more === undefined ? json : withMetadata(json, more), format);
  const isRich = format === "rich_json" || format === "rich_msgpack";
  const said = isRich ? made.catalog : withPlainValues(made.catalog);
  return rendered({ ...said, ...more }, format);
}

/** An answer in the format that was agreed on. */
export function rendered(value: object, format: CatalogFormat): Reply {
  const isPacked = format === "msgpack" || format === "rich_msgpack";
  return textual(isPacked ? Buffer.from(encode(value)) : JSON.stringify(value), format);
}

/** An answer that is written already. */
export const textual = (body: string | Buffer, format: CatalogFormat): Reply => ({
  status: 200,
  headers: { "Content-Type": contentTypeOf(format) },
  body,
});

/** What makes an agent go on in another environment: it syncs its plugins there and asks again (p7-14, exchange 11). */
export const emptyCatalog = (name: string, environment: string): Catalog => ({
  tags: [],
  name,
  version: null,
  code_id: null,
  catalog_uuid: randomUUID(),
  catalog_format: 2,
  environment,
  resources: [],
  edges: [],
  classes: [],
});

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { type Catalog, redactedCatalog } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, isCleanJson } from "../clean.js";
import type { Run } from "../session.js";
import { unpack } from "../submissions/bodies.js";

const deflateAsync = promisify(deflateRaw);
const LEVEL = { level: 3 };
const MOST_BYTES = 64 << 20;

/** What differs from run to run, and from node to node: kept with the attempt, and null in the body. */
const HEADER = ["name", "version", "code_id", "catalog_uuid"] as const;
export type Header = Pick<Catalog, (typeof HEADER)[number]>;

/** A catalog on its way into the database: without anything sensitive. */
export interface Body {
  readonly catalog: Catalog;
  readonly header: Header;
  readonly digest: Buffer;
  /** JSON. */
  readonly bytes: Buffer;
}

/** @throws request-malformed for one that is too large */
export function bodyOf(given: Catalog): Body {
  const redacted = redactedCatalog(given);
  const json = withoutHeader(redacted);
  // A copy of a large catalog takes longer than all the rest.
  const isClean = isCleanJson(json) && isCleanJson(JSON.stringify(HEADER.map((key) => redacted[key])));
  const catalog = isClean ? redacted : cleanJson(redacted);
  const bytes = Buffer.from(isClean ? json : withoutHeader(catalog));
  const { name, version, code_id, catalog_uuid } = catalog;
  if (bytes.length > MOST_BYTES)
    throw new GatehouseError("request-malformed", `The catalog has more than ${MOST_BYTES >> 20} MiB.`);
  const digest = createHash("sha256").update(bytes).digest();
  return { catalog, header: { name, version, code_id, catalog_uuid }, digest, bytes };
}

const withoutHeader = (catalog: Catalog) =>
  JSON.stringify({ ...catalog, ...Object.fromEntries(HEADER.map((key) => [key, null])) });

/** The catalog again, with its keys in their order. */
export async function catalogOf(deflated: Buffer, size: number, header: Header): Promise<Catalog> {
  return { ...JSON.parse((await unpack("deflate", deflated, size)).toString()), ...header };
}

/** The body's bytes, smaller; undefined where the database has them. */
export async function packIfNew(run: Run, { digest, bytes }: Body): Promise<Buffer | undefined> {
  const [there] = await run("select 1 from catalog_bodies where digest = $1", [digest]);
  return there === undefined ? deflateAsync(bytes, LEVEL) : undefined;
}

const HOLD = {
  name: "catalogs.hold-body",
  text: "select id from catalog_bodies where digest = $1 for key share",
};

/** The id of a body, which stays for as long as the transaction. @param packed what {@link packIfNew} gave */
export async function holdBody(run: Run, body: Body, packed: Buffer | undefined): Promise<string> {
  for (let deflated = packed; ; ) {
    if (deflated !== undefined)
      await run(
        `insert into catalog_bodies (digest, resources, size, body) values ($1, $2, $3, $4) on conflict (digest) do nothing`,
        [body.digest, body.catalog.resources.length, body.bytes.length, deflated],
      );
    const [held] = await run<{ id: string }>(HOLD, [body.digest]);
    if (held !== undefined) return held.id;
    // It was there, and a sweep took it.
    deflated = await deflateAsync(body.bytes, LEVEL);
  }
}

const LIST = `
  insert into catalog_resources (body_id, type, title, tags, file, line, parameters)
  select $1, type, title, tags, file, line, parameters
  from jsonb_to_recordset($2::jsonb) as r (type text, title text, tags text[], file text, line int, parameters jsonb)`;

/** Makes a body's resources ones to ask of, unless they are. What is exported is listed with its agent. */
export async function listResources(run: Run, bodyId: string, { resources }: Catalog): Promise<void> {
  const first = await run("update catalog_bodies set listed = true where id = $1 and not listed returning 1", [bodyId]);
  if (first.length === 0) return;
  const rows = resources
    .filter(({ exported }) => !exported)
    .map(({ type, title, tags, file, line, parameters = {}, sensitive_parameters: names = [] }) => {
      // Left out, as PuppetDB does: what stands for a secret must not be taken for a value.
      const said = Object.entries(parameters).filter(([name]) => !names.includes(name));
      return { type, title, tags, file, line, parameters: Object.fromEntries(said) };
    });
  await run(LIST, [bodyId, JSON.stringify(rows)]);
}

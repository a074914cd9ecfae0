import { type CatalogSummary, catalogDifferences, type KeptCatalog } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ApiDeps } from "../deps.js";
import * as models from "../models/catalog.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional, withDefault } from "../operation/parameters.js";
import { integer, text } from "../operation/schema.js";
import { gone, NODE_PART, nodeOf, rowId } from "../resolve.js";

type Deps = Pick<ApiDeps, "registry" | "keptCatalogs">;

/** How many of one node are looked at for the one before; retention keeps no more. */
const MOST = 1_000;
/** Reports that a catalog is shown with. */
const MOST_REPORTS = 10;
const CATALOG = "Its id.";

export const listNodeCatalogs = operation({
  id: "api.nodes.catalogs.list",
  method: "GET",
  path: "/nodes/{node}/catalogs",
  parts: { node: NODE_PART },
  summary: "The catalogs that a node's Puppet agent got last, and why it got none, newest first",
  role: "viewer",
  query: { limit: withDefault(100, "How many to answer with, at the most.", integer({ minimum: 1, maximum: MOST })) },
  answers: { 200: json("Those that are kept.", models.CatalogList) },
  refusals: [409],
  handle:
    (deps: Deps) =>
    async ({ path, query: { limit } }) => {
      const node = await nodeOf(deps, path.node);
      return ok({ catalogs: (await deps.keptCatalogs.list(node.id, limit)).map(summaryOf) });
    },
});

export const showKeptCatalog = operation({
  id: "api.nodes.catalogs.show",
  method: "GET",
  path: "/nodes/{node}/catalogs/{catalog}",
  parts: { node: NODE_PART, catalog: CATALOG },
  summary: "A catalog that a node's Puppet agent got, with what the compiler said, and the runs that applied it",
  role: "viewer",
  answers: { 200: json("The catalog.", models.KeptCatalog) },
  refusals: [409],
  handle:
    (deps: Deps) =>
    async ({ path }) => {
      const node = await nodeOf(deps, path.node);
      const { catalog, logs, ...summary } = await keptOf(deps, node.id, path.catalog);
      const reports = await deps.keptCatalogs.reportsOf(node.id, summary.id, MOST_REPORTS);
      return ok({ ...summaryOf(summary), catalog: catalog ?? null, logs, reports });
    },
});

export const compareCatalogs = operation({
  id: "api.nodes.catalogs.compare",
  method: "GET",
  path: "/nodes/{node}/catalogs/{catalog}/differences",
  parts: { node: NODE_PART, catalog: CATALOG },
  summary: "What is other in a catalog than in one before",
  description:
    "Resources, their parameters and what contains them; not tags, lines and the order. Whether something sensitive is another is not known.",
  role: "viewer",
  query: {
    to: optional(
      "The id of the catalog to compare it to; unless given, the last one before it that is another.",
      text({ minLength: 1, maxLength: 20 }),
    ),
  },
  answers: { 200: json("What differs.", models.CatalogDifferences) },
  refusals: [409],
  handle:
    (deps: Deps) =>
    async ({ path, query: { to } }) => {
      const node = await nodeOf(deps, path.node);
      const after = withCatalog(await keptOf(deps, node.id, path.catalog));
      const before = withCatalog(await keptOf(deps, node.id, to ?? (await idBefore(deps, node.id, after))));
      return ok({
        before: summaryOf(before),
        after: summaryOf(after),
        ...catalogDifferences(before.catalog, after.catalog),
      });
    },
});

async function keptOf({ keptCatalogs }: Deps, nodeId: string, id: string): Promise<KeptCatalog> {
  const kept = await keptCatalogs.find(nodeId, rowId(id, "catalog"));
  if (kept === undefined) throw gone("catalog of this node");
  return kept;
}

async function idBefore({ keptCatalogs }: Deps, nodeId: string, after: CatalogSummary): Promise<string> {
  const all = await keptCatalogs.list(nodeId, MOST);
  const older = all.slice(all.findIndex(({ id }) => id === after.id) + 1);
  const before = older.find(({ digest }) => digest !== undefined && digest !== after.digest);
  if (before === undefined) throw new GatehouseError("not-found", "No other catalog of this node from before is kept.");
  return before.id;
}

/** @throws conflict where there is none to compare */
function withCatalog(kept: KeptCatalog): KeptCatalog & { readonly catalog: NonNullable<KeptCatalog["catalog"]> } {
  const { catalog, id, error } = kept;
  if (catalog === undefined) throw new GatehouseError("conflict", `There is no catalog under ${id}: ${error}`);
  return { ...kept, catalog };
}

/** A catalog as the API lists it. */
export const summaryOf = (summary: CatalogSummary) => ({
  id: summary.id,
  firstAt: summary.firstAt,
  lastAt: summary.lastAt,
  times: summary.times,
  environment: summary.environment,
  version: summary.version ?? null,
  milliseconds: summary.milliseconds,
  digest: summary.digest ?? null,
  resources: summary.resources ?? null,
  warnings: summary.warnings,
  error: summary.error ?? null,
});

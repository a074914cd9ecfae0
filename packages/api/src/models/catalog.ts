import {
  anything,
  boolean,
  described,
  integer,
  listOf,
  looseObject,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { ReportStatus } from "./report-status.js";

const Resource = named(
  "CatalogResource",
  object(
    { type: text(), title: text(), tags: listOf(text()), exported: boolean(), kind: text() },
    {
      file: text(),
      line: integer(),
      parameters: described("As the agent gets them; sensitive ones are redacted.", anything()),
      sensitive_parameters: listOf(text()),
    },
  ),
);

export const Catalog = named(
  "Catalog",
  object({
    tags: listOf(text()),
    name: text(),
    version: described("A number or a text.", anything()),
    code_id: described("The version of the environment; null where nothing was deployed.", anything()),
    catalog_uuid: text(),
    catalog_format: integer(),
    environment: text(),
    resources: listOf(Resource, { description: "In the order in which the agent applies them." }),
    edges: listOf(object({ source: text(), target: text() })),
    classes: listOf(text()),
  }),
);

const summary = {
  id: text(),
  firstAt: moment({ description: "When it was made first." }),
  lastAt: moment({ description: "When it was made last." }),
  times: integer({ description: "How often in a row it was made as it is." }),
  environment: text(),
  version: nullable(integer({ description: "Of the environment; null where it was never deployed." })),
  milliseconds: number({ description: "What making it took, the last time." }),
  digest: nullable(
    text({
      description:
        "The same digest is the same catalog, but for names, versions, ids and what is sensitive. Null: there is none.",
    }),
  ),
  resources: nullable(integer()),
  warnings: integer({ description: "Lines of its log that are a warning or worse." }),
  error: nullable(text({ description: "Why there is none, as the agent was told." })),
};

export const CatalogSummary = named("CatalogSummary", object(summary));

export const CatalogList = named("CatalogList", object({ catalogs: listOf(CatalogSummary) }));

const CompileLog = named(
  "CompileLog",
  object(
    {
      level: oneOf(["debug", "info", "notice", "warning", "err", "alert", "emerg", "crit"]),
      message: text(),
    },
    { file: text(), line: integer() },
  ),
);

export const CompileWish = named(
  "CompileWish",
  object(
    {},
    {
      facts: described(
        "In the place of those that are stored: facts by name, or an object with `name` and `values`.",
        looseObject(),
      ),
      environment: text({ minLength: 1, maxLength: 64, description: "The one that the node gets, unless given." }),
      version: integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: "Of the environment; the current one, unless given.",
      }),
    },
  ),
);

export const CompiledCatalog = named(
  "CompiledCatalog",
  object({
    environment: text(),
    version: nullable(integer({ description: "Of the environment; null where it was never deployed." })),
    milliseconds: nullable(number({ description: "What making it took. Null: there is none." })),
    error: nullable(text({ description: "Why there is none, as the agent would be told." })),
    logs: listOf(CompileLog, { description: "What the compiler said, and the code that it ran." }),
    catalog: nullable(described("What is sensitive in it is redacted. Null: there is none.", Catalog)),
  }),
);

export const KeptCatalog = named(
  "KeptCatalog",
  object({
    ...summary,
    catalog: nullable(described("What is sensitive in it is redacted. Null: there is none.", Catalog)),
    logs: listOf(CompileLog, { description: "What the compiler said, and the code that it ran." }),
    reports: listOf(object({ id: text(), status: ReportStatus, firstAt: moment() }), {
      description: "Of the last ten runs that applied it, newest first.",
    }),
  }),
);

const ResourceDifference = named(
  "ResourceDifference",
  object({
    type: text(),
    title: text(),
    parameters: listOf(
      object(
        { name: text() },
        {
          before: described("Left out: it was not there.", anything()),
          after: described("Left out: it is not there.", anything()),
        },
      ),
    ),
  }),
);

const Edge = object({ source: text(), target: text() });

const differences = {
  added: listOf(ResourceDifference),
  removed: listOf(ResourceDifference),
  changed: listOf(ResourceDifference),
  edges: object({ added: listOf(Edge), removed: listOf(Edge) }),
};

export const CatalogDifferences = named(
  "CatalogDifferences",
  object({
    before: CatalogSummary,
    after: CatalogSummary,
    ...differences,
  }),
);

const Side = object({ error: nullable(text({ description: "Why there is no catalog, as the agent would be told." })) });

const NodeChange = named(
  "NodeChange",
  object({
    node: object({ id: text(), name: text() }),
    environment: text({ description: "The one that the node gets now, which may be another." }),
    before: described("Of the current version.", Side),
    after: described("Of the proposed one.", Side),
    logs: listOf(CompileLog, { description: "What is said of the proposed version, and not of the current one." }),
    differences: nullable(described("Null: one of the catalogs is missing.", object(differences))),
  }),
);

export const EnvironmentChange = named(
  "EnvironmentChange",
  object({
    name: text(),
    version: nullable(integer({ description: "That agents get now; null where it was never deployed." })),
    gaveUp: boolean({ description: "The tree's code took longer than it may: no further node is worth trying." }),
    nodes: listOf(NodeChange, { description: "In the order of the request, those that are done." }),
  }),
);

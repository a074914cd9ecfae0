import { anything, boolean, described, integer, listOf, named, object, text } from "../operation/schema.js";

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

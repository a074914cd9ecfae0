import { randomBytes } from "node:crypto";
import type { Catalog, CatalogOutcome, CatalogResource, ExportedResource } from "@gatehouse/core/catalogs";
import { createNodeRegistry } from "../nodes/registry.js";
import { SecretBox } from "../secret-box.js";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createCatalogArchive } from "./archive.js";
import { createCatalogQueries } from "./queries.js";

export const resource = (type: string, title: string, said: Partial<CatalogResource> = {}): CatalogResource => ({
  type,
  title,
  tags: [type.toLowerCase()],
  file: "/code/site.pp",
  line: 3,
  exported: false,
  kind: "compilable_type",
  parameters: {},
  ...said,
});

export const exported = (type: string, title: string, said: Partial<ExportedResource> = {}): ExportedResource => ({
  type,
  title,
  tags: [type.toLowerCase()],
  parameters: {},
  ...said,
});

let run = 0;
/** A catalog of a run of its own: with an id and a version that no other has. */
export const catalogOf = (name: string, resources: readonly CatalogResource[]): Catalog => ({
  tags: ["settings"],
  name,
  version: 1_795_255_200 + ++run,
  code_id: `${run}`,
  catalog_uuid: `uuid-${run}`,
  catalog_format: 2,
  environment: "production",
  resources,
  edges: [],
  classes: ["settings"],
});

/** What a test says of an outcome, and what it need not say. */
export interface Said extends Partial<Omit<CatalogOutcome, "result">> {
  readonly resources?: readonly CatalogResource[];
  readonly exported?: readonly ExportedResource[];
  readonly catalog?: Catalog;
  readonly error?: string;
}

/** The archive and what is asked of it, on a database of the test file's own. */
export function useCatalogs() {
  const house = useDatabase();
  const box = new SecretBox(randomBytes(32));
  return {
    get db() {
      return house.db;
    },
    archive: () => createCatalogArchive(house.db, box),
    queries: () => createCatalogQueries(house.db, box),
    /** A Puppet agent on a node of its own. */
    enrol: (certname: string) =>
      createNodeRegistry(house.db).enrol(
        enrolmentOf(certname, { alias: { family: "puppet", kind: "certname", value: certname }, nodeName: certname }),
      ),
    keep: (certname: string, said: Said = {}, db: Parameters<typeof createCatalogArchive>[0] = house.db) => {
      const { resources = [], exported: others = [], catalog = catalogOf(certname, resources), error, ...rest } = said;
      return createCatalogArchive(db, box).keep({
        ...{ nodeId: "", certname, environment: "production", version: 3, milliseconds: 12.5, logs: [], ...rest },
        result: error === undefined ? { catalog, exported: others } : { error },
      });
    },
  };
}

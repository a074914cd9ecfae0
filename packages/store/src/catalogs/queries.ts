import type { CatalogQueries } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { askPuppetdb } from "../puppetdb/query.js";
import type { SecretBox } from "../secret-box.js";
import { conditionOf } from "./collector-filter.js";
import { type ExportedRow, openExport } from "./exports.js";

const MOST = 10_000;

const EXPORTED = `
  select e.agent_id as "agentId", l.certname, e.type, e.title, e.tags, e.file, e.line, e.parameters, e.sealed
  from exported_resources e
  join agent_catalogs l on l.agent_id = e.agent_id
  join agents a on a.id = e.agent_id join nodes n on n.id = a.node_id
  where n.state = 'active' and e.type = $1 and l.certname <> $2`;

/** {@link CatalogQueries} on PostgreSQL. @param box what the archive seals with */
export function createCatalogQueries(db: Pick<Database, "run" | "transaction">, box: SecretBox): CatalogQueries {
  return {
    async exported(type, askedBy, filter) {
      const values: unknown[] = [cleanText(type), cleanText(askedBy)];
      const condition = filter === undefined ? "" : `and ${conditionOf(filter, values)}`;
      const rows = await db.run<ExportedRow>(
        `${EXPORTED} ${condition} order by l.certname collate "C", e.title collate "C", e.seq limit ${MOST + 1}`,
        values,
      );
      if (rows.length > MOST)
        throw new GatehouseError(
          "conflict",
          `More than ${MOST} exported ${type} were found: let the collector ask for fewer.`,
        );
      return rows.map((row) => openExport(box, row));
    },

    puppetdb: (query) => askPuppetdb(db, query),
  };
}

import type { CatalogQueries } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { askPuppetdb } from "../puppetdb/query.js";
import type { SecretBox } from "../secret-box.js";
import { conditionOf } from "./collector-filter.js";
import { type ExportedRow, openExport } from "./exports.js";

const MOST = 10_000;
/** Bytes of what is found, but for the last one: it is held in memory here, and in who collects. */
const MOST_BYTES = 32 << 20;

const EXPORTED = `
  select e.agent_id as "agentId", l.certname, e.type, e.title, e.tags, e.file, e.line, e.parameters, e.sealed,
         e.seq, octet_length(e.title) + octet_length(e.parameters::text) + coalesce(octet_length(e.sealed), 0) as size
  from exported_resources e
  join agent_catalogs l on l.agent_id = e.agent_id
  join agents a on a.id = e.agent_id join nodes n on n.id = a.node_id
  where n.state = 'active' and e.type = $1 and l.certname <> $2`;

const PLACE = `certname collate "C", title collate "C", seq`;
/** No more than tell that they are too many, or too large; `total` is the size of one and of those before. */
const bounded = (sql: string) => `
  select * from (
    select *, sum(size) over (order by ${PLACE} rows unbounded preceding) as total
    from (${sql} order by l.certname collate "C", e.title collate "C", e.seq limit ${MOST + 1}) as found) as summed
  where total - size <= ${MOST_BYTES} order by ${PLACE}`;

interface Found extends ExportedRow {
  readonly seq: number;
  readonly size: number;
  readonly total: string;
}

/** {@link CatalogQueries} on PostgreSQL. @param box what the archive seals with */
export function createCatalogQueries(db: Pick<Database, "run" | "transaction">, box: SecretBox): CatalogQueries {
  return {
    async exported(type, askedBy, filter) {
      const values: unknown[] = [cleanText(type), cleanText(askedBy)];
      const condition = filter === undefined ? "" : `and ${conditionOf(filter, values)}`;
      const rows = await db.run<Found>(bounded(`${EXPORTED} ${condition}`), values);
      const isTooLarge = Number(rows.at(-1)?.total ?? 0) > MOST_BYTES;
      if (rows.length > MOST || isTooLarge)
        throw new GatehouseError(
          "conflict",
          `More than ${isTooLarge ? `${MOST_BYTES >> 20} MiB of` : MOST} exported ${type} were found: let the collector ask for fewer.`,
        );
      return rows.map(({ seq: _, size: __, total: ___, ...row }) => openExport(box, row));
    },

    puppetdb: (query) => askPuppetdb(db, query),
  };
}

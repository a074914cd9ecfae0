import type { AutosignRules, StoredAutosignRule } from "@gatehouse/core/certificates";
import { cleanJson, cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import { nameToFind } from "./rows.js";

const COLUMNS = `rule, created_at as "createdAt", created_by as "createdBy"`;

/** {@link AutosignRules} on PostgreSQL. */
export function createAutosignRules(db: Queryable): AutosignRules {
  return {
    list: () => db.run<StoredAutosignRule>(`select ${COLUMNS} from autosign_rules order by position`),

    async put(rule, by) {
      const said = cleanJson(rule);
      const [row] = await db.run<StoredAutosignRule>(
        `insert into autosign_rules (name, rule, created_by) values ($1, $2, $3)
         on conflict (name) do update set rule = excluded.rule, created_by = excluded.created_by, created_at = excluded.created_at
         returning ${COLUMNS}`,
        [said.name, JSON.stringify(said), cleanText(by)],
      );
      if (row === undefined) throw new Error("an insert returned no row");
      return row;
    },

    async remove(name) {
      const rows = await db.run("delete from autosign_rules where name = $1 returning name", [nameToFind(name)]);
      return rows.length > 0;
    },

    async identities() {
      const rows = await db.run<{ name: string; identity: string }>(
        "select name, position::text as identity from autosign_rules",
      );
      return new Map(rows.map(({ name, identity }) => [name, identity]));
    },

    async uses() {
      const rows = await db.run<{ sha256: string; used: string }>("select sha256, used from autosign_uses");
      return new Map(rows.map(({ sha256, used }) => [sha256, Number(used)]));
    },
  };
}

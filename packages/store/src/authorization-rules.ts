import type { AuthorizationRules, StoredAuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { nameToFind } from "./certificates/rows.js";
import { cleanJson, cleanText } from "./clean.js";
import type { Queryable } from "./database.js";

/** Where changes of the rules are told. */
export const AUTHORIZATION_CHANNEL = "gatehouse_authorization";

const MOST_RULES = 1000;
/** Characters of all rules together: every gateway holds them in memory, and reads them whole after a change. */
const MOST_TEXT = 1 << 20;

const COLUMNS = `name, protocol, rule as spec, created_at as "createdAt", created_by as "createdBy"`;

// Whoever changes a rule holds the revision's row until the commit: changes are one after the other, and are told in
// the order of their numbers.
const CHANGED = `update authorization_revision set revision = revision + 1 where id = 1
                 returning pg_notify('${AUTHORIZATION_CHANNEL}', '')`;

/** {@link AuthorizationRules} on PostgreSQL. */
export function createAuthorizationRules(db: Pick<Queryable, "run" | "transaction">): AuthorizationRules {
  return {
    list: () => db.run<StoredAuthorizationRule>(`select ${COLUMNS} from authorization_rules order by name collate "C"`),

    async put({ name, protocol, spec }, by) {
      const values = [cleanText(name), cleanText(protocol), JSON.stringify(cleanJson(spec)), cleanText(by)];
      return db.transaction(async (run) => {
        await run(CHANGED);
        const [row] = await run<StoredAuthorizationRule>(
          `insert into authorization_rules as r (name, protocol, rule, created_by) values ($1, $2, $3, $4)
           on conflict (name) do update set rule = excluded.rule, created_by = excluded.created_by, created_at = excluded.created_at
             where r.protocol = excluded.protocol
           returning ${COLUMNS}`,
          values,
        );
        if (row === undefined)
          throw new GatehouseError("conflict", "A rule of another protocol has this name; take another one.");
        const [all] = await run<{ rules: number; text: number }>(
          "select count(*)::int as rules, sum(length(rule::text))::int as text from authorization_rules",
        );
        if (all !== undefined && (all.rules > MOST_RULES || all.text > MOST_TEXT))
          throw new GatehouseError(
            "conflict",
            `There can be ${MOST_RULES} rules, of ${MOST_TEXT >> 20} MiB together: take some away, or put several into one.`,
          );
        return row;
      });
    },

    remove: (name) =>
      db.transaction(async (run) => {
        // In the same order as a put: the other way round, two could wait for each other.
        await run("select from authorization_revision where id = 1 for update");
        const rows = await run("delete from authorization_rules where name = $1 returning name", [nameToFind(name)]);
        if (rows.length > 0) await run(CHANGED);
        return rows.length > 0;
      }),

    async identities() {
      const rows = await db.run<{ name: string; identity: string }>(
        "select name, id::text as identity from authorization_rules",
      );
      return new Map(rows.map(({ name, identity }) => [name, identity]));
    },

    async revision() {
      const [row] = await db.run<{ revision: string }>("select revision from authorization_revision");
      if (row === undefined) throw new Error("the revision of the authorization rules has no row");
      return row.revision;
    },
  };
}

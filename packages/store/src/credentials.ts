import { type Credential, type Credentials, credentialFault, type StoredCredential } from "@gatehouse/core/credentials";
import { GatehouseError } from "@gatehouse/core/errors";
import { nameToFind } from "./certificates/rows.js";
import { cleanText } from "./clean.js";
import type { Queryable } from "./database.js";
import type { SecretBox } from "./secret-box.js";

const MOST_CREDENTIALS = 10_000;
const COLUMNS = `name, kind, username, created_at as "createdAt", created_by as "createdBy"`;

// All that stands beside the secret: a row whose name or login was changed in the database does not open.
const purpose = ({ name, kind, username }: Omit<Credential, "secret">) =>
  `credentials:${JSON.stringify([name, kind, username])}`;

/** {@link Credentials} on PostgreSQL, secrets sealed by the instance key. */
export function createCredentials(db: Pick<Queryable, "run">, box: SecretBox): Credentials {
  return {
    list: () => db.run<StoredCredential>(`select ${COLUMNS} from credentials order by name collate "C"`),

    async get(name) {
      const [row] = await db.run<Omit<Credential, "secret"> & { secret: Buffer }>(
        "select name, kind, username, secret from credentials where name = $1",
        [nameToFind(name)],
      );
      if (row === undefined) return undefined;
      try {
        return { ...row, secret: box.open(row.secret, purpose(row)) };
      } catch (thrown) {
        throw new GatehouseError("internal", "The credential was changed in the database: put it again.", {
          detail: `credential ${JSON.stringify(name)} does not open`,
          cause: thrown,
        });
      }
    },

    async put(credential, by) {
      const fault = credentialFault(credential);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const { name, kind, username, secret } = credential;
      const [row] = await db.run<StoredCredential>(
        `insert into credentials (name, kind, username, secret, created_by)
         select $1::text, $2::text, $3::text, $4::bytea, $5::text where (select count(*) from credentials where name <> $1) < ${MOST_CREDENTIALS}
         on conflict (name) do update set kind = excluded.kind, username = excluded.username, secret = excluded.secret,
           created_at = excluded.created_at, created_by = excluded.created_by
         returning ${COLUMNS}`,
        [name, kind, username, box.seal(secret, purpose(credential)), cleanText(by)],
      );
      if (row === undefined)
        throw new GatehouseError("conflict", `There are ${MOST_CREDENTIALS} credentials: take some away first.`);
      return row;
    },

    async remove(name) {
      const rows = await db.run("delete from credentials where name = $1 returning name", [nameToFind(name)]);
      return rows.length > 0;
    },

    async identities() {
      const rows = await db.run<{ name: string; identity: string }>(
        "select name, id::text as identity from credentials",
      );
      return new Map(rows.map(({ name, identity }) => [name, identity]));
    },
  };
}

import { randomUUID } from "node:crypto";
import type { EnrolmentKey, EnrolmentKeys, EnrolmentSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import { EnrolmentKeyEntity, type EnrolmentKeyRow } from "../entities/index.js";
import { breaksUnique } from "../failures.js";
import type { SecretBox } from "../secret-box.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";

const purpose = (id: string) => `enrolment_keys:${id}`;
const viewOf = ({ secret: _, ...rest }: EnrolmentKeyRow): EnrolmentKey => rest;

/** Two that add one key under two names at once would both find it missing. */
const LOCK = "select pg_advisory_xact_lock(hashtext('enrolment_keys'))";
const ACTIVE =
  "select id, name, secret from enrolment_keys where protocol = $1 and revoked_at is null order by created_at";
const INSERT = `
  insert into enrolment_keys (id, protocol, name, secret)
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
  returning id, protocol, name, created_at as "createdAt", revoked_at as "revokedAt"`;

type EnrolmentSecretRow = Pick<EnrolmentKeyRow, "id" | "name" | "secret">;
type NewKey = Parameters<EnrolmentKeys["add"]>[0];

/** {@link EnrolmentKeys} on PostgreSQL, secrets sealed by the instance key. */
export function createEnrolmentKeys(db: Queryable, box: SecretBox): EnrolmentKeys {
  const activeOn = async (run: Run, protocol: string): Promise<EnrolmentSecret[]> => {
    const rows = await run<EnrolmentSecretRow>(ACTIVE, [protocol]);
    return rows.map(({ id, name, secret }) => ({ id, name, secret: box.open(secret, purpose(id)) }));
  };

  const addOn = async (run: Run, keys: readonly NewKey[]): Promise<EnrolmentKey[]> => {
    await run(LOCK);
    const names = new Map<string, string>();
    for (const protocol of new Set(keys.map((key) => key.protocol)))
      for (const { name, secret } of await activeOn(run, protocol)) names.set(`${protocol}/${secret}`, name);
    const sealed = keys.map(({ protocol, name, secret }) => {
      const same = names.get(`${protocol}/${secret}`);
      if (same !== undefined)
        throw new GatehouseError(
          "conflict",
          `This key is already active under the name ${same}: revoking one would not shut it out.`,
        );
      names.set(`${protocol}/${secret}`, name);
      const id = randomUUID();
      return { id, secret: box.seal(secret, purpose(id)) };
    });
    return run<EnrolmentKey>(INSERT, [
      sealed.map(({ id }) => id),
      keys.map(({ protocol }) => protocol),
      keys.map(({ name }) => cleanText(name)),
      sealed.map(({ secret }) => secret),
    ]);
  };

  const addAll = async (keys: readonly NewKey[]): Promise<EnrolmentKey[]> => {
    try {
      return await db.transaction((run) => addOn(run, keys));
    } catch (thrown) {
      if (!breaksUnique(thrown, "enrolment_keys_live_name")) throw thrown;
      const named = keys.length === 1 ? `A key named ${keys[0]?.name}` : "A key of one of these names";
      throw new GatehouseError("conflict", `${named} is already active; revoke it first, or take another name.`);
    }
  };

  return {
    active: (protocol) => activeOn((statement, values) => db.run(statement, values), protocol),

    async add(key) {
      const [added] = await addAll([key]);
      if (added === undefined) throw new Error("an insert returned no row");
      return added;
    },

    async addAll(keys) {
      await addAll(keys);
    },

    async list(protocol) {
      const rows = await db.orm((orm) =>
        orm.getRepository(EnrolmentKeyEntity).find({ where: { protocol }, order: { createdAt: "ASC" } }),
      );
      return rows.map(viewOf);
    },

    async revoke(protocol, nameOrId) {
      const column = isUuid(nameOrId) ? "id" : "name";
      const rows = await db.run(
        `update enrolment_keys set revoked_at = now() where protocol = $1 and ${column} = $2 and revoked_at is null returning id`,
        [protocol, cleanText(nameOrId)],
      );
      return rows.length > 0;
    },
  };
}

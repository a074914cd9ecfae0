import { randomUUID } from "node:crypto";
import type { EnrolmentKey, EnrolmentKeys, EnrolmentSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { IsNull } from "typeorm";
import { cleanText } from "./clean.js";
import type { Queryable } from "./database.js";
import { EnrolmentKeyEntity, type EnrolmentKeyRow } from "./entities/index.js";
import { breaksUnique } from "./failures.js";
import type { SecretBox } from "./secret-box.js";
import { isUuid } from "./uuid.js";

const purpose = (id: string) => `enrolment_keys:${id}`;
const viewOf = ({ secret: _, ...rest }: EnrolmentKeyRow): EnrolmentKey => rest;

/** Keys that one statement writes. */
const AT_ONCE = 500;

type NewKey = Parameters<EnrolmentKeys["add"]>[0];

/** {@link EnrolmentKeys} on PostgreSQL, secrets sealed by the instance key. */
export function createEnrolmentKeys(db: Queryable, box: SecretBox): EnrolmentKeys {
  const active = async (protocol: string): Promise<EnrolmentSecret[]> => {
    const rows = await db.orm((orm) =>
      orm
        .getRepository(EnrolmentKeyEntity)
        .find({ where: { protocol, revokedAt: IsNull() }, order: { createdAt: "ASC" } }),
    );
    return rows.map(({ id, name, secret }) => ({ id, name, secret: box.open(secret, purpose(id)) }));
  };

  const addAll = async (keys: readonly NewKey[]): Promise<string[]> => {
    const names = new Map<string, string>();
    for (const protocol of new Set(keys.map((key) => key.protocol)))
      for (const { name, secret } of await active(protocol)) names.set(`${protocol}/${secret}`, name);
    const rows = keys.map(({ protocol, name, secret }) => {
      const same = names.get(`${protocol}/${secret}`);
      if (same !== undefined)
        throw new GatehouseError(
          "conflict",
          `This key is already active under the name ${same}: revoking one would not shut it out.`,
        );
      names.set(`${protocol}/${secret}`, name);
      const id = randomUUID();
      return { id, protocol, name, secret: box.seal(secret, purpose(id)), revokedAt: null };
    });
    try {
      for (let i = 0; i < rows.length; i += AT_ONCE)
        await db.orm((orm) => orm.getRepository(EnrolmentKeyEntity).insert(rows.slice(i, i + AT_ONCE)));
    } catch (thrown) {
      if (!breaksUnique(thrown, "enrolment_keys_live_name")) throw thrown;
      const named = keys.length === 1 ? `A key named ${keys[0]?.name}` : "A key of one of these names";
      throw new GatehouseError("conflict", `${named} is already active; revoke it first, or take another name.`);
    }
    return rows.map(({ id }) => id);
  };

  return {
    active,

    async add(key) {
      const [id = ""] = await addAll([key]);
      return viewOf(await db.orm((orm) => orm.getRepository(EnrolmentKeyEntity).findOneByOrFail({ id })));
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

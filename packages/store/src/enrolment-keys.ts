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

/** {@link EnrolmentKeys} on PostgreSQL, secrets sealed by the instance key. */
export function createEnrolmentKeys(db: Queryable, box: SecretBox): EnrolmentKeys {
  return {
    async add({ protocol, name, secret }) {
      const same = (await this.active(protocol)).find((key) => key.secret === secret);
      if (same !== undefined)
        throw new GatehouseError(
          "conflict",
          `This key is already active under the name ${same.name}: revoking one would not shut it out.`,
        );
      const id = randomUUID();
      try {
        return await db.orm(async (source) => {
          const row = { id, protocol, name, secret: box.seal(secret, purpose(id)), revokedAt: null };
          await source.getRepository(EnrolmentKeyEntity).insert(row);
          return viewOf(await source.getRepository(EnrolmentKeyEntity).findOneByOrFail({ id }));
        });
      } catch (thrown) {
        if (!breaksUnique(thrown, "enrolment_keys_live_name")) throw thrown;
        throw new GatehouseError(
          "conflict",
          `A key named ${name} is already active; revoke it first, or take another name.`,
        );
      }
    },

    async active(protocol): Promise<EnrolmentSecret[]> {
      const rows = await db.orm((source) =>
        source
          .getRepository(EnrolmentKeyEntity)
          .find({ where: { protocol, revokedAt: IsNull() }, order: { createdAt: "ASC" } }),
      );
      return rows.map(({ id, name, secret }) => ({ id, name, secret: box.open(secret, purpose(id)) }));
    },

    async list(protocol) {
      const rows = await db.orm((source) =>
        source.getRepository(EnrolmentKeyEntity).find({ where: { protocol }, order: { createdAt: "ASC" } }),
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

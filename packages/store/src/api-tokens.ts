import type { ApiToken, ApiTokens } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "./clean.js";
import type { Queryable } from "./database.js";
import { ensureToken, hashOf, TOKEN_COLUMNS } from "./ensure-token.js";
import { ApiTokenEntity, type ApiTokenRow } from "./entities/index.js";
import { breaksUnique } from "./failures.js";
import { isUuid } from "./uuid.js";

const viewOf = ({ hash: _, ...rest }: ApiTokenRow): ApiToken => rest;

const FIND = {
  name: "api_tokens.find",
  text: `select ${TOKEN_COLUMNS} from api_tokens
         where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
};

/** {@link ApiTokens} on PostgreSQL; a secret is stored only as its SHA-256. */
export function createApiTokens(db: Queryable): ApiTokens {
  return {
    async add({ name, role, secret, expiresAt }) {
      try {
        return await db.orm(async (source) => {
          const tokens = source.getRepository(ApiTokenEntity);
          // An expired token gives its name back.
          await source.query(
            "update api_tokens set revoked_at = now() where name = $1 and revoked_at is null and expires_at <= now()",
            [name],
          );
          const { identifiers } = await tokens.insert({
            name,
            role,
            hash: hashOf(secret),
            expiresAt: expiresAt ?? null,
            revokedAt: null,
          });
          return viewOf(await tokens.findOneByOrFail({ id: identifiers[0]?.["id"] }));
        });
      } catch (thrown) {
        if (!breaksUnique(thrown, "api_tokens_live_name") && !breaksUnique(thrown, "api_tokens_hash")) throw thrown;
        throw new GatehouseError(
          "conflict",
          `A token named ${name} is already active; revoke it first, or take another name.`,
        );
      }
    },

    ensure: (token) => ensureToken(db, token),

    async find(secret) {
      const [row] = await db.read<ApiToken>(FIND, [hashOf(secret)]);
      return row;
    },

    async list() {
      const rows = await db.orm((source) => source.getRepository(ApiTokenEntity).find({ order: { createdAt: "ASC" } }));
      return rows.map(viewOf);
    },

    async revoke(nameOrId) {
      const column = isUuid(nameOrId) ? "id" : "name";
      const rows = await db.run(
        `update api_tokens set revoked_at = now() where ${column} = $1 and revoked_at is null returning id`,
        [cleanText(nameOrId)],
      );
      return rows.length > 0;
    },

    async hasAdmin() {
      const rows = await db.run(
        "select 1 from api_tokens where role = 'admin' and revoked_at is null and (expires_at is null or expires_at > now()) limit 1",
      );
      return rows.length > 0;
    },
  };
}

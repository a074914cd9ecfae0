import { randomUUID } from "node:crypto";
import {
  type RegistrationSecret,
  type RegistrationToken,
  type RegistrationTokens,
  registrationTokenFault,
} from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { LRUCache } from "lru-cache";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { breaksUnique } from "../failures.js";
import type { SecretBox } from "../secret-box.js";
import { isUuid } from "../uuid.js";
import { Remembered } from "./remembered.js";
import { IS_LIVE, openToken, SECRET_COLUMNS, type SecretRow, sealToken } from "./token-rows.js";

const MOST_TOKENS = 10_000;
/** Secrets that are opened in one turn of the event loop: a millisecond or two. */
const SOME = 200;

const COLUMNS = `id, name, tag, agent, most_uses as "mostUses", uses, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", revoked_at as "revokedAt"`;
const ADD = `
  insert into registration_tokens (id, name, tag, agent, most_uses, expires_at, secret, fingerprint, created_by)
  select $1::uuid, $2::text, $3::text, $4::text, $5::int, $6::timestamptz, $7::bytea, $8::bytea, $9::text
  where (select count(*) from registration_tokens where revoked_at is null) < ${MOST_TOKENS} returning ${COLUMNS}`;
const USABLE = {
  name: "registration_tokens.usable",
  text: `select ${SECRET_COLUMNS} from registration_tokens t
         where ${IS_LIVE} and (t.most_uses is null or t.uses < t.most_uses) order by t.created_at desc, t.id`,
};
const USE = {
  name: "registration_tokens.use",
  text: `update registration_tokens t set uses = uses + 1 where id = $1 and ${IS_LIVE} and (t.most_uses is null or t.uses < t.most_uses)
         returning id`,
};
/** A name may be written like an id: then it is the name. */
const REVOKE = `
  update registration_tokens set revoked_at = now() where id = (
    select id from registration_tokens where revoked_at is null and (name = $1 or id::text = lower($1))
    order by name = $1 desc limit 1) returning ${COLUMNS}`;
/** Newest first, as a key that is used for the first time revokes the older ones of its owner. */
const REVOKE_KEYS = `
  with theirs as (select id from agent_keys where token_id = $1 and revoked_at is null order by number desc for no key update),
       gone as (update agent_keys k set revoked_at = now() from theirs where k.id = theirs.id returning k.expires_at)
  select count(*)::int as count from gone where expires_at > now()`;

/**
 * {@link RegistrationTokens} on PostgreSQL, secrets sealed by the instance key.
 * @param onRevoked called when a token was revoked with its keys, which others may remember
 */
export function createRegistrationTokens(
  db: Pick<Database, "run" | "read" | "transaction">,
  box: SecretBox,
  onRevoked: () => void = () => undefined,
): RegistrationTokens {
  const usable = new Remembered<readonly RegistrationSecret[]>(1);
  // A token's secret never changes: each is opened once.
  const opened = new LRUCache<string, RegistrationSecret>({ maxSize: MOST_TOKENS, sizeCalculation: () => 1 });

  const openAll = async (rows: readonly SecretRow[]): Promise<RegistrationSecret[]> => {
    const secrets: RegistrationSecret[] = [];
    let turn = 0;
    for (const row of rows) {
      let secret = opened.get(row.id);
      if (secret === undefined) {
        secret = openToken(box, row);
        opened.set(row.id, secret);
        if (++turn % SOME === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      secrets.push(secret);
    }
    return secrets;
  };

  return {
    async add(token, by) {
      const fault = registrationTokenFault(token);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const { name, tag, agent, mostUses, expiresAt, secret } = token;
      const id = randomUUID();
      const fingerprint = box.fingerprint(secret.toString("hex"), "registration_tokens");
      const values = [id, name, tag, agent?.toLowerCase() ?? null, mostUses, expiresAt];
      try {
        const sealed = [sealToken(box, id, secret), fingerprint, cleanText(by)];
        const [row] = await db.run<RegistrationToken>(ADD, [...values, ...sealed]);
        if (row !== undefined) return row;
      } catch (thrown) {
        if (breaksUnique(thrown, "registration_tokens_live_secret"))
          throw new GatehouseError(
            "conflict",
            "This secret is one of a token that is there already: revoking one of them would not shut it out.",
          );
        if (!breaksUnique(thrown, "registration_tokens_live_name")) throw thrown;
        throw new GatehouseError("conflict", `There is a token named ${name}; revoke it first, or take another name.`);
      } finally {
        usable.forget();
      }
      throw new GatehouseError("conflict", `There are ${MOST_TOKENS} tokens: revoke some first.`);
    },

    list: () =>
      db.run<RegistrationToken>(
        `select ${COLUMNS} from registration_tokens t order by not (${IS_LIVE}), name collate "C", created_at desc, id`,
      ),

    async revoke(nameOrId) {
      const work = db.transaction(async (run) => {
        const [token] = await run<RegistrationToken>(REVOKE, [cleanText(nameOrId)]);
        if (token === undefined) return undefined;
        // After the token is locked: a key that was being given for it is there by now, and no other will be.
        const [keys] = await run<{ count: number }>(REVOKE_KEYS, [token.id]);
        await run("delete from registration_challenges where token_id = $1", [token.id]);
        return { token, keys: keys?.count ?? 0 };
      });
      const revoked = await work.finally(() => usable.forget());
      if (revoked !== undefined) onRevoked();
      return revoked;
    },

    use: async (id) => isUuid(id) && (await db.run(USE, [id])).length > 0,

    usable: () => usable.get("", async () => openAll(await db.read<SecretRow>(USABLE, []))),
  };
}

import type { AgentKeys, LiveKey } from "@gatehouse/core/enrolment";
import { keyOf } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeNumberCursor } from "../cursor.js";
import type { Database } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { isUuid } from "../uuid.js";
import { IssuedKeys } from "./issued-keys.js";
import { numberSql } from "./key-numbers.js";
import { BESIDE, IS_LIVE_KEY, KEY_COLUMNS, type KeyRow, keyOfRow, LIVE_COLUMNS, openKey } from "./key-rows.js";
import { Remembered } from "./remembered.js";

/** Owners whose keys are remembered. */
const MOST_RECENT = 10_000;
/** Keys of one owner that open: the one in use, and one whose answer may have been lost. */
const MOST_LIVE = 2;
const MOST_NUMBER = 2 ** 32 - 1;

export const LIVE = {
  name: "agent_keys.live",
  text: `select ${LIVE_COLUMNS} from agent_keys k where k.owner = $1 and ${IS_LIVE_KEY} order by k.number desc limit ${MOST_LIVE}`,
};

const { isNew, highest, seen } = numberSql("$2::bigint");
/** One transaction begins at one time: a key that has just been confirmed has that as its time. */
const IS_FIRST = "k.confirmed_at = now()";
export const USE = {
  name: "agent_keys.use",
  text: `with used as (
           update agent_keys k set highest = ${highest}, seen = ${seen}, confirmed_at = coalesce(k.confirmed_at, now())
           where k.id = $1 and ${IS_LIVE_KEY} and ${isNew}
           returning k.owner, k.number, ${IS_FIRST} as "isFirst"
         ), older as (
           select k.id from used join agent_keys k on k.owner = used.owner and k.number < used.number
           where used."isFirst" and k.revoked_at is null order by k.number desc for no key update of k
         ), revoked as (update agent_keys k set revoked_at = now() from older where k.id = older.id)
         select owner, "isFirst" from used`,
};

const FIND = `select ${KEY_COLUMNS} from agent_keys k ${BESIDE} where k.id = $1`;
const REVOKE = `
  with k as (update agent_keys k set revoked_at = now() where k.id = $1 and ${IS_LIVE_KEY} returning *)
  select ${KEY_COLUMNS} from k ${BESIDE}`;
const ASK_RENEWAL = `
  update agent_keys k set renewal_asked_at = coalesce(k.renewal_asked_at, now()) where k.owner = $1 and ${IS_LIVE_KEY}
  returning k.id`;
const NEWEST = 'select id, token_id as "tokenId" from agent_keys where owner = $1 order by number desc limit 1';
const UNDO = `
  update agent_keys k set revoked_at = now() where k.id = $1 and ${IS_LIVE_KEY} and k.confirmed_at is null
    and k.created_at >= now() - make_interval(secs => $2) returning k.id`;

/** {@link AgentKeys} with what only the store's own parts ask of it. */
export interface StoredAgentKeys extends AgentKeys {
  /** Forgets what was read lately: somebody else revoked keys. */
  forget(): void;
}

/** {@link AgentKeys} on PostgreSQL, secrets sealed by the instance key. */
export function createAgentKeys(db: Pick<Database, "run" | "read" | "transaction">, box: SecretBox): StoredAgentKeys {
  const issued = new IssuedKeys(db, box);
  // That an owner has none is not believed: another gateway may be giving it one.
  const recent = new Remembered<readonly LiveKey[]>(MOST_RECENT, (keys) => keys.length > 0);

  return {
    async issue({ owner: said, tokenId, seconds }) {
      if (!isUuid(tokenId)) return undefined;
      const owner = keyOf(said);
      return issued.issue(owner, tokenId.toLowerCase(), seconds).finally(() => recent.forget(owner));
    },

    async live(said, asOfNow = false) {
      const owner = keyOf(said);
      const read = async () => (await db.read<LiveKey>(LIVE, [owner])).map((row) => openKey(box, row));
      const keys = await (asOfNow ? recent.fresh(owner, read) : recent.get(owner, read));
      const now = Date.now();
      return keys.filter(({ expiresAt }) => expiresAt.getTime() > now);
    },

    async use(id, number) {
      if (!isUuid(id) || !Number.isInteger(number) || number < 0 || number > MOST_NUMBER) return false;
      const [used] = await db.run<{ owner: string; isFirst: boolean }>(USE, [id, number]);
      if (used?.isFirst === true) recent.forget(used.owner);
      return used !== undefined;
    },

    async list({ limit, after, owner }) {
      const conditions = new Conditions().add("k.owner = ?", owner === undefined ? undefined : keyOf(owner));
      if (after !== undefined) {
        const [place, number] = decodeNumberCursor(after);
        conditions.also(
          `(k.owner, k.number) > (${conditions.value(place)}::text, ${conditions.value(number)}::bigint)`,
        );
      }
      const rows = await db.run<KeyRow>(
        `select ${KEY_COLUMNS} from agent_keys k ${BESIDE} ${conditions.where}
         order by k.owner, k.number limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, (row) => [row.owner, row.number]);
      return { keys: page.map(keyOfRow), next };
    },

    async find(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.run<KeyRow>(FIND, [id]);
      return row && keyOfRow(row);
    },

    async revoke(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.run<KeyRow>(REVOKE, [id]);
      if (row !== undefined) recent.forget(row.owner);
      return row && keyOfRow(row);
    },

    async undo(said, seconds) {
      const owner = keyOf(said);
      const work = db.transaction(async (run) => {
        const [newest] = await run<{ id: string; tokenId: string }>(NEWEST, [owner]);
        if (newest === undefined) return false;
        // The token before its keys, as everybody locks them.
        await run("select from registration_tokens where id = $1 for no key update", [newest.tokenId]);
        if ((await run(UNDO, [newest.id, seconds])).length === 0) return false;
        await run("update registration_tokens set uses = greatest(uses - 1, 0) where id = $1", [newest.tokenId]);
        return true;
      });
      return work.finally(() => recent.forget(owner));
    },

    async askRenewal(said) {
      const owner = keyOf(said);
      const asked = await db.run(ASK_RENEWAL, [owner]).finally(() => recent.forget(owner));
      return asked.length;
    },

    forget: () => recent.forget(),
  };
}

/** Deletes keys that were revoked, or came to their end, this many days ago. @returns how many */
export async function dropOldAgentKeys(db: Pick<Database, "run">, days: number): Promise<number> {
  const [row] = await db.run<{ count: number }>(
    `with gone as (delete from agent_keys where least(expires_at, revoked_at) < now() - make_interval(hours => 24 * $1) returning 1)
     select count(*)::int as count from gone`,
    [days],
  );
  return row?.count ?? 0;
}

import { createHmac, randomBytes } from "node:crypto";
import { type AgentLogin, type AgentLogins, loginFault } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { LRUCache } from "lru-cache";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { breaksUnique } from "../failures.js";
import { isUuid } from "../uuid.js";
import { Remembered } from "./remembered.js";
import { SecretDigests } from "./secret-digests.js";

const MOST_LOGINS = 10_000;
/** Names with their secrets, right and wrong ones, that are remembered. */
const MOST_RECENT = 10_000;

const COLUMNS = `id, kind, name, agent, created_at as "createdAt", created_by as "createdBy", revoked_at as "revokedAt"`;
const ADD = `
  insert into agent_logins (kind, name, agent, digest, created_by)
  select $1::text, $2::text, $3::text, $4::text, $5::text
  where (select count(*) from agent_logins where revoked_at is null) < ${MOST_LOGINS} returning ${COLUMNS}`;
const OF_NAME = {
  name: "agent_logins.of-name",
  text: `select ${COLUMNS}, digest from agent_logins where kind = $1 and name = $2 and revoked_at is null`,
};
const OF_ID = {
  name: "agent_logins.of-id",
  text: `select ${COLUMNS} from agent_logins where id = $1 and revoked_at is null`,
};
/** A name may be written like an id: then it is the name. */
const REVOKE = `
  update agent_logins set revoked_at = now() where id = (
    select id from agent_logins where kind = $1 and revoked_at is null and (name = $2 or id::text = lower($2))
    order by name = $2 desc limit 1) returning ${COLUMNS}`;

/** {@link AgentLogins} on PostgreSQL: secrets as digests of scrypt, what was verified just now in memory. */
export function createAgentLogins(db: Pick<Database, "run" | "read">): AgentLogins {
  const digests = new SecretDigests();
  const verified = new Remembered<AgentLogin | undefined>(MOST_RECENT);
  const found = new Remembered<AgentLogin | undefined>(MOST_RECENT);
  // Right secrets, by the digest that each was found to be of: while the login has that one, nothing has to be derived again. Who floods us
  // with wrong ones would else keep those out that were here all the time.
  const digestsOf = new LRUCache<string, string>({ maxSize: MOST_RECENT, sizeCalculation: () => 1 });
  // Of this process: what is remembered by it is of no use anywhere else.
  const memoryKey = randomBytes(32);
  const forget = () => {
    verified.forget();
    found.forget();
  };

  return {
    async add(login, by) {
      const fault = loginFault(login);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const { kind, name, agent, secret } = login;
      try {
        const values = [kind, name, agent?.toLowerCase() ?? null, await digests.make(secret), cleanText(by)];
        const [row] = await db.run<AgentLogin>(ADD, values);
        if (row !== undefined) return row;
      } catch (thrown) {
        if (!breaksUnique(thrown, "agent_logins_live_name")) throw thrown;
        throw new GatehouseError(
          "conflict",
          `A login of kind ${kind} named ${name} is already active; revoke it first, or take another name.`,
        );
      } finally {
        forget();
      }
      throw new GatehouseError("conflict", `There are ${MOST_LOGINS} logins: revoke some first.`);
    },

    list: () =>
      db.run<AgentLogin>(
        `select ${COLUMNS} from agent_logins order by revoked_at is not null, name collate "C", kind, created_at desc, id`,
      ),

    async revoke(kind, nameOrId) {
      const [row] = await db.run<AgentLogin>(REVOKE, [kind, cleanText(nameOrId)]).finally(forget);
      return row;
    },

    async verify(kind, name, secret) {
      // Of no login that there can be: it needs no look.
      if (loginFault({ kind, name, secret, agent: null }) !== undefined) return undefined;
      const key = createHmac("sha256", memoryKey)
        .update(JSON.stringify([kind, name, secret]))
        .digest("base64");
      return verified.get(key, async () => {
        const [row] = await db.read<AgentLogin & { digest: string }>(OF_NAME, [kind, name]);
        const isKnown = row !== undefined && digestsOf.get(key) === row.digest;
        if (!isKnown && !(await digests.isOf(secret, row?.digest))) return undefined;
        if (row === undefined) return undefined;
        const { digest, ...login } = row;
        digestsOf.set(key, digest);
        return login;
      });
    },

    async find(id) {
      if (!isUuid(id)) return undefined;
      return found.get(id.toLowerCase(), async () => (await db.read<AgentLogin>(OF_ID, [id]))[0]);
    },
  };
}

import type { Challenge, Challenges, RegistrationSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { Together } from "../together.js";
import { isUuid } from "../uuid.js";
import { IS_LIVE, opened, openToken, type SecretRow } from "./token-rows.js";

/** Challenges that wait at once, about: they are counted once a second. */
const MOST_CHALLENGES = 100_000;
const COUNT_MS = 1_000;
/** Challenges of one statement. */
const MOST_TOGETHER = 100;
const RETRY_AFTER_SECONDS = 60;

// Of two parties, or two tokens, they are two challenges, and of two agents with one id: from one network the second takes the
// first one's place, from two they do not meet. Whoever answers vouches for what was said with it, and for nothing that somebody else said meanwhile.
const IS_SAME = `(c.of, c.token_id, c.said) = (excluded.of, excluded.token_id, excluded.said) and c.expires_at > now()`;
const OPEN = {
  name: "registration_challenges.open",
  text: `insert into registration_challenges as c (agent_id, asked_from, of, token_id, server_secret, said, expires_at)
         select t.agent, t.asked_from, t.of, t.token, t.secret, t.said, now() + make_interval(secs => t.seconds)
         from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bytea[], $6::jsonb[], $7::float8[])
           as t (agent, asked_from, of, token, secret, said, seconds) order by 1, 2
         on conflict (agent_id, asked_from) do update set of = excluded.of, token_id = excluded.token_id, said = excluded.said,
           server_secret = case when ${IS_SAME} then c.server_secret else excluded.server_secret end,
           expires_at = case when ${IS_SAME} then c.expires_at else excluded.expires_at end
         returning agent_id as "agentId", asked_from as "from", server_secret as "serverSecret", expires_at as "expiresAt"`,
};
const TAKE = {
  name: "registration_challenges.take",
  text: `with chosen as (
           select w.* from unnest($1::text[], $2::text[]) as said (agent, asked_from) cross join lateral (
             select w.agent_id, w.asked_from from registration_challenges w where w.agent_id = said.agent
             order by w.expires_at > now() desc, w.asked_from = said.asked_from desc, w.expires_at desc limit 1) as w
         ), locked as (
           select w.agent_id, w.asked_from from chosen join registration_challenges w using (agent_id, asked_from)
           order by 1, 2 for update of w
         ), c as (
           delete from registration_challenges w using locked
           where (w.agent_id, w.asked_from) = (locked.agent_id, locked.asked_from) returning w.*)
         select c.agent_id as "agentId", c.asked_from as "from", c.of, c.token_id as "tokenId", c.server_secret as "serverSecret", c.said,
                c.expires_at as "expiresAt", t.name, t.tag, t.agent, t.secret
         from c join registration_tokens t on t.id = c.token_id where c.expires_at > now() and ${IS_LIVE}`,
};

type Row = Challenge & Omit<SecretRow, "id">;
/** A challenge on its way into the table. */
type Sealed = Omit<Challenge, "serverSecret" | "expiresAt"> & { readonly sealed: Buffer; readonly seconds: number };
type Opened = Pick<Challenge, "serverSecret" | "expiresAt">;

/** A secret that was put with another agent, party or token does not open. */
const purpose = ({ agentId, of, tokenId }: Pick<Challenge, "agentId" | "of" | "tokenId">) =>
  `registration_challenges:${JSON.stringify([agentId, of, tokenId])}`;
/** Neither half holds a U+0000. */
const placeOf = ({ agentId, from }: Pick<Challenge, "agentId" | "from">) => `${agentId}\0${from}`;

/**
 * {@link Challenges} on PostgreSQL, in a table that costs no log and is empty after a crash. Those of a fleet that registers at
 * once are opened together, and taken together; in one order for all, so that no two gateways wait for each other in a circle.
 */
export function createChallenges(
  db: Pick<Database, "run">,
  box: SecretBox,
  mostChallenges = MOST_CHALLENGES,
): Challenges {
  const room = roomOf(db, mostChallenges);
  const opening = new Together((batch: readonly Sealed[]) => openAll(db, batch), MOST_TOGETHER, placeOf);
  const taking = new Together(
    (batch: readonly Pick<Challenge, "agentId" | "from">[]) => takeAll(db, batch),
    MOST_TOGETHER,
    ({ agentId }) => agentId,
  );
  return {
    async open({ serverSecret, ...said }, seconds) {
      if (!isUuid(said.tokenId)) throw new Error("a challenge is made with a token");
      await room();
      const challenge = {
        ...{ agentId: keyOf(said.agentId), of: keyOf(said.of), tokenId: said.tokenId.toLowerCase() },
        ...{ from: cleanText(said.from), said: cleanJson(said.said) },
      };
      const sealed = box.seal(serverSecret.toString("hex"), purpose(challenge));
      const opened = await opening.do({ ...challenge, sealed, seconds });
      return { ...challenge, ...opened, serverSecret: secretOf(box, challenge, opened.serverSecret) };
    },

    async take(agentId, from) {
      const row = await taking.do({ agentId: keyOf(agentId), from: cleanText(from) });
      if (row === undefined) return undefined;
      const { name, tag, agent, secret, ...challenge } = row;
      const token: RegistrationSecret = openToken(box, { id: row.tokenId, name, tag, agent, secret });
      return { ...challenge, serverSecret: secretOf(box, row, row.serverSecret), token };
    },
  };
}

async function openAll(db: Pick<Database, "run">, batch: readonly Sealed[]): Promise<Opened[]> {
  const rows = await db.run<Opened & Pick<Challenge, "agentId" | "from">>(OPEN, [
    batch.map(({ agentId }) => agentId),
    batch.map(({ from }) => from),
    batch.map(({ of }) => of),
    batch.map(({ tokenId }) => tokenId),
    batch.map(({ sealed }) => sealed),
    batch.map(({ said }) => JSON.stringify(said)),
    batch.map(({ seconds }) => seconds),
  ]);
  const opened = new Map(
    rows.map(({ serverSecret, expiresAt, ...row }) => [placeOf(row), { serverSecret, expiresAt }]),
  );
  return batch.map((each) => {
    const found = opened.get(placeOf(each));
    if (found === undefined) throw new Error("an insert returned no row");
    return found;
  });
}

async function takeAll(
  db: Pick<Database, "run">,
  batch: readonly Pick<Challenge, "agentId" | "from">[],
): Promise<(Row | undefined)[]> {
  const rows = await db.run<Row>(TAKE, [batch.map(({ agentId }) => agentId), batch.map(({ from }) => from)]);
  const taken = new Map(rows.map((row) => [row.agentId, row]));
  return batch.map(({ agentId }) => taken.get(agentId));
}

const secretOf = (box: SecretBox, of: Pick<Challenge, "agentId" | "of" | "tokenId">, sealed: Buffer) =>
  opened(box, sealed, purpose(of), "the challenge of a registration");

/**
 * Whether one more challenge may wait. Counting each time would cost more than all the rest: what was counted is
 * believed for a second, with what was opened since.
 * @throws overloaded
 */
function roomOf(db: Pick<Database, "run">, most: number): () => Promise<void> {
  let counted: { readonly at: number; waiting: number } | undefined;
  let counting: Promise<void> | undefined;
  const count = async () => {
    const read = async () =>
      (await db.run<{ count: number }>("select count(*)::int as count from registration_challenges"))[0]?.count ?? 0;
    let waiting = await read();
    // Those that came to their end make room, without waiting for the housekeeping.
    if (waiting >= most && (await dropOldChallenges(db)) > 0) waiting = await read();
    counted = { at: performance.now(), waiting };
  };
  return async () => {
    if (counted === undefined || performance.now() - counted.at > COUNT_MS) {
      counting ??= count().finally(() => {
        counting = undefined;
      });
      await counting;
    }
    if (counted === undefined || counted.waiting >= most)
      throw new GatehouseError("overloaded", "Too many registrations are under way; try again in a minute.", {
        detail: `rule: at most ${most} challenges wait for their answer`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    counted.waiting++;
  };
}

/** Deletes challenges that nobody answered in time. @returns how many */
export async function dropOldChallenges(db: Pick<Database, "run">): Promise<number> {
  const [row] = await db.run<{ count: number }>(
    `with gone as (delete from registration_challenges where expires_at <= now() returning 1)
     select count(*)::int as count from gone`,
  );
  return row?.count ?? 0;
}

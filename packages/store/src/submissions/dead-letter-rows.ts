import type { Outcome } from "@gatehouse/core/submissions";
import { cleanText } from "../clean.js";
import type { Run } from "../session.js";
import { type Bodies, type BodyRow, type SubmissionKey, unpackAll } from "./bodies.js";

/** Characters of a cause and of its detail that are kept. */
const MOST_TEXT = 4_000;

// Bytes that somebody deleted by hand leave a dead letter without them, and not nothing.
const STORE = {
  name: "dead_letters.store",
  text: `insert into dead_letters (id, accepted_at, agent_id, kind, coding, size, context, body, code, message, detail)
         select i.id, i.accepted_at, i.agent_id, i.kind, coalesce(s.coding, 'identity'), i.size, s.context, coalesce(s.body, ''), $3, $4, $5
         from inbox i left join submissions s on s.accepted_at = $1 and s.id = i.id where i.id = $2
         on conflict (id) do update set code = excluded.code, message = excluded.message, detail = excluded.detail,
           waiting = false, failed_at = date_trunc('milliseconds', now())`,
};
// Its day was dropped meanwhile: the dead letter itself still has the bytes.
const FAIL_AGAIN = {
  name: "dead_letters.fail-again",
  text: "update dead_letters set code = $2, message = $3, detail = $4, waiting = false, failed_at = date_trunc('milliseconds', now()) where id = $1",
};
const FINISH = { name: "dead_letters.finish", text: "delete from dead_letters where id = any($1::bigint[])" };
const BODIES = {
  name: "dead_letters.bodies",
  text: "select id, kind, coding, context, body from dead_letters where id = any($1::bigint[])",
};

const bounded = (text: string) => cleanText(text).slice(0, MOST_TEXT);

/** Keeps refused submissions whole, with the cause. Inside the caller's transaction. */
export async function storeDeadLetters(
  run: Run,
  dead: readonly Extract<Outcome, { failure: unknown }>[],
): Promise<void> {
  for (const { submission, failure } of dead) {
    const cause = [failure.code, bounded(failure.message), failure.detail === null ? null : bounded(failure.detail)];
    await run(FAIL_AGAIN, [submission.id, ...cause]);
    await run(STORE, [submission.acceptedAt, submission.id, ...cause]);
  }
}

/** Re-driven ones that went well are dead letters no more. */
export async function finishRedriven(run: Run, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run(FINISH, [ids]);
}

/** The bodies of re-driven submissions whose own rows retention has dropped. */
export async function deadBodiesOf(run: Run, keys: readonly SubmissionKey[]): Promise<Bodies> {
  if (keys.length === 0) return new Map();
  const rows = await run<BodyRow>(BODIES, [keys.map(({ id }) => id)]);
  return unpackAll(rows, keys);
}

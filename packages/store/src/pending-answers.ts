import { randomBytes } from "node:crypto";
import type { PendingAnswer, PendingAnswers } from "@gatehouse/core/pending";
import { cleanText } from "./clean.js";
import type { Database } from "./database.js";

/** Tries for an id that this agent has none of: four billion of them are there. */
const TRIES = 5;

const OPEN = `insert into pending_answers (agent_id, request_id, expires_at)
  values ($1, $2, now() + make_interval(secs => $3)) on conflict do nothing returning request_id`;
const SETTLE = `update pending_answers set answer = $3
  where agent_id = $1 and request_id = $2 and expires_at > now() returning request_id`;
/** Taken once, whoever else asks at the same time. */
const TAKE = `delete from pending_answers
  where agent_id = $1 and request_id = $2 and answer is not null and expires_at > now() returning answer`;
const WAITS = "select from pending_answers where agent_id = $1 and request_id = $2 and expires_at > now()";

/** {@link PendingAnswers} on PostgreSQL. */
export function createPendingAnswers(db: Pick<Database, "run">): PendingAnswers {
  const keyOf = ({ agentId, requestId }: PendingAnswer) => [cleanText(agentId), cleanText(requestId)];
  return {
    async open(seconds, agentId) {
      for (let i = 0; i < TRIES; i++) {
        const requestId = randomBytes(4).toString("hex").toUpperCase();
        const rows = await db.run(OPEN, [cleanText(agentId), requestId, seconds]);
        if (rows.length > 0) return { agentId, requestId };
      }
      throw new Error("no id for an answer is free");
    },

    settle: async (pending, answer) => (await db.run(SETTLE, [...keyOf(pending), cleanText(answer)])).length > 0,

    async take(pending) {
      const [taken] = await db.run<{ answer: string }>(TAKE, keyOf(pending));
      if (taken !== undefined) return taken;
      return (await db.run(WAITS, keyOf(pending))).length > 0 ? "pending" : undefined;
    },
  };
}

/** Deletes answers that nobody fetched in time. @returns how many */
export async function dropOldAnswers(db: Pick<Database, "run">): Promise<number> {
  return (await db.run("delete from pending_answers where expires_at <= now() returning request_id")).length;
}

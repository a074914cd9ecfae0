import type { Claim, Outcome } from "@gatehouse/core/submissions";
import { failureOf, isAway, textOf } from "./failures.js";
import type { Log } from "./log.js";

/** What became of a batch. */
export interface Settled {
  readonly done: number;
  /** Went to the dead letters. */
  readonly failed: number;
  /** Could be stored neither as facts nor as a failure, and still wait in the inbox. */
  readonly stuck: number;
}

/**
 * Stores what came out of a batch: all at once, or one by one when something in it cannot be stored, so that it keeps
 * nothing but itself. Every dead letter is logged, after it is one; its body never is.
 * @throws database-unavailable; what was settled before it stays settled
 */
export async function settleBatch(claim: Claim, outcomes: readonly Outcome[], log: Log): Promise<Settled> {
  const settled = { done: 0, failed: 0, stuck: 0 };
  const count = (outcome: Outcome) => {
    if (!("failure" in outcome)) settled.done += 1;
    else {
      settled.failed += 1;
      logDeadLetter(outcome, log);
    }
  };
  const refused = await attempt(() => claim.settle(outcomes));
  if (refused === undefined) {
    outcomes.forEach(count);
    return settled;
  }
  // What a database says of a value quotes it; the dead letter will have the words.
  log.warn("a batch could not be stored at once, and is stored one by one", { code: codeOf(refused.thrown) });
  for (const outcome of outcomes) {
    const kept = await settleOne(claim, outcome, log);
    if (kept === undefined) settled.stuck += 1;
    else count(kept);
  }
  return settled;
}

/** @returns what was stored: the outcome, or why it could not be; undefined when neither could */
async function settleOne(claim: Claim, outcome: Outcome, log: Log): Promise<Outcome | undefined> {
  const first = await attempt(() => claim.settle([outcome]));
  if (first === undefined) return outcome;
  const { submission } = outcome;
  const failure = failureOf(first.thrown, "What came out of it could not be stored.");
  const second = await attempt(() => claim.settle([{ submission, failure }]));
  if (second === undefined) return { submission, failure };
  const { id, agentId, kind } = submission;
  log.error("a submission can neither be processed nor be refused, and stays in the inbox", {
    id,
    agent: agentId,
    kind,
    error: textOf(second.thrown),
  });
  return undefined;
}

/** What was thrown; undefined when nothing was. @throws database-unavailable */
async function attempt(what: () => Promise<void>): Promise<{ readonly thrown: unknown } | undefined> {
  try {
    await what();
    return undefined;
  } catch (thrown) {
    if (isAway(thrown)) throw thrown;
    return { thrown };
  }
}

/** Such as the SQLSTATE of a statement's failure. */
const codeOf = (thrown: unknown) => (thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined);

function logDeadLetter({ submission, failure }: Extract<Outcome, { failure: unknown }>, log: Log): void {
  const { id, agentId, kind } = submission;
  log.warn("a submission went to the dead letters", { id, agent: agentId, kind, code: failure.code });
}

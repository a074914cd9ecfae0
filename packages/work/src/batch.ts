import { type Clock, ownTurn } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Claim, Fact, Outcome, Tasks, Waiting } from "@gatehouse/core/submissions";
import { failureOf, framesOf, isAway } from "./failures.js";
import type { Log } from "./log.js";

/** A gateway that ends over one submission is started again, and must not end over it for ever. */
const MOST_ATTEMPTS = 3;
/** What is processed in one turn of the event loop: an inventory takes 8 ms, a report less than one. */
const TURN_SUBMISSIONS = 20;
const TURN_MS = 4;

export interface BatchDeps {
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly log: Log;
  /** A body over this many bytes is worked on by a thread, whose death may be the process's. */
  readonly heavyBytes: number;
}

/**
 * Processes what was claimed, one submission after another; nothing is stored yet. Agents are answered in between.
 * @throws database-unavailable, or what counting an attempt throws; all of it is then to be done again
 */
export async function processBatch(claim: Claim, deps: BatchDeps): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const now = () => deps.clock.now().getTime();
  let since = Number.NEGATIVE_INFINITY;
  let inTurn = 0;
  for (const submission of claim.submissions) {
    if (inTurn >= TURN_SUBMISSIONS || now() - since > TURN_MS) {
      await ownTurn();
      since = now();
      inTurn = 0;
    }
    outcomes.push(await outcomeOf(submission, claim, deps));
    inTurn += 1;
  }
  return outcomes;
}

/** A processor is pure, so that a second try would fail the same way: whatever it throws is the end of it. */
async function outcomeOf(submission: Waiting, claim: Claim, deps: BatchDeps): Promise<Outcome> {
  if (submission.attempts >= MOST_ATTEMPTS) {
    const message = "A gateway ended three times while it was processing this.";
    return { submission, failure: { code: "internal", message, detail: null } };
  }
  if (submission.size > deps.heavyBytes) await claim.begin(submission);
  try {
    return { submission, facts: await deps.tasks.run<readonly Fact[]>(submission.kind, submission) };
  } catch (thrown) {
    if (isAway(thrown)) throw thrown;
    const failure = failureOf(thrown);
    if (!(thrown instanceof GatehouseError)) {
      const { id, agentId, kind } = submission;
      deps.log.error("a processor failed", {
        id,
        agent: agentId,
        kind,
        cause: failure.detail,
        where: framesOf(thrown),
      });
    }
    return { submission, failure };
  }
}

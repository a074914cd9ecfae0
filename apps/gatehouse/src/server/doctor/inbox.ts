import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import type { DoctorParts } from "./parts.js";
import { counted, lasting } from "./words.js";

const LATE_MS = 60_000;
const TOO_LATE_MS = 600_000;

type Backlog = Awaited<ReturnType<DoctorParts["backlog"]>>;

/** What was accepted and is not processed, and what processing refused. */
export function backlogChecks(backlog: Backlog, now: Date): HealthCheck[] {
  return [inboxCheck(backlog, now), deadLetterCheck(backlog)];
}

function inboxCheck({ waiting, oldestAt }: Backlog, now: Date): HealthCheck {
  if (waiting === 0 || oldestAt === null) return ok("inbox", "Nothing waits to be processed.");
  const age = now.getTime() - oldestAt.getTime();
  const finding = `${counted(waiting, "submission waits", "submissions wait")}, the oldest for ${lasting(age)}.`;
  const advice =
    "What agents hand in is kept and comes out later. When the number grows, the gateway is too slow or its worker has stopped: look at its log and processor load, and start it again.";
  if (age > TOO_LATE_MS) return failed("inbox", finding, advice);
  if (age > LATE_MS) return warning("inbox", finding, advice);
  return ok("inbox", finding);
}

function deadLetterCheck({ deadLetters }: Backlog): HealthCheck {
  if (deadLetters === 0) return ok("dead-letters", "No submission was refused by processing.");
  return warning(
    "dead-letters",
    `${counted(deadLetters, "submission was", "submissions were")} refused by processing; they are kept.`,
    "See why: gatehouse dead-letter list. After an update that can read them: gatehouse dead-letter redrive --all.",
  );
}

import type { HealthCheck } from "@gatehouse/core/health";
import type { JobCounts } from "@gatehouse/core/jobs";
import { ok, warning } from "./check.js";
import { counted } from "./words.js";

/** Whether work gets to its agents. @param counts with what ended in the last 24 hours */
export function jobsCheck({ open, ended, unproven }: JobCounts): HealthCheck {
  const waiting = Object.values(open).reduce((sum, count) => sum + count, 0);
  const lost = ended["timed-out"] ?? 0;
  const finding = `${counted(waiting, "job is", "jobs are")} open${
    unproven === 0 ? "" : `, of which agents asked for ${unproven} without a proof of who they are`
  }; ${lost === 0 ? "none" : lost} timed out in the last 24 hours.`;
  const advice = [
    ...(unproven === 0
      ? []
      : [
          "Give these agents a login (gatehouse enrolment login add) or a certificate, and have them call over TLS; which they are: gatehouse job list --state prepared.",
        ]),
    ...(lost === 0 ? [] : ["Why they timed out: gatehouse job list --state timed-out."]),
  ];
  return advice.length === 0 ? ok("jobs", finding) : warning("jobs", finding, advice.join(" "));
}

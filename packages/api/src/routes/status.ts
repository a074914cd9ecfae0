import { Examination, Status } from "../models/status.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const DAY_MS = 86_400_000;

export const showStatus = operation({
  id: "api.status",
  method: "GET",
  path: "/status",
  parts: {},
  summary: "How the gateway and its fleet are",
  role: "viewer",
  answers: { 200: json("The numbers.", Status) },
  handle:
    ({
      registry,
      identity,
      certificates,
      reports,
      jobs,
      inbox,
      taskLog,
      database,
      compiler,
      protocols,
      version,
      startedAt,
      clock,
    }) =>
    async () => {
      const dayAgo = new Date(clock.now().getTime() - DAY_MS);
      const [counts, reports24h, work, backlog, tasks, facts, identityConflicts, requests] = await Promise.all([
        registry.counts(),
        reports.counts(dayAgo),
        jobs.counts(dayAgo),
        inbox.backlog(),
        taskLog.list(),
        database.facts(),
        identity.openConflicts(),
        certificates.requests(),
      ]);
      const ids = protocols.map(({ id }) => id);
      const pending = { identityConflicts, certificateRequests: requests.length };
      return ok({
        version,
        startedAt,
        ...counts,
        reports24h,
        jobs: { open: work.open, ended24h: work.ended, unproven: work.unproven },
        backlog,
        pending,
        tasks,
        database: facts,
        protocols: ids,
        compiler: compiler(),
      });
    },
});

export const examine = operation({
  id: "api.doctor",
  method: "GET",
  path: "/doctor",
  parts: {},
  summary: "Look the gateway over: what is wrong, and what to do about it",
  role: "operator",
  answers: { 200: json("What was looked at.", Examination) },
  handle:
    ({ doctor }) =>
    async () =>
      ok({ checks: await doctor.examine() }),
});

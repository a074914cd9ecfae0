import type { ReportEvent } from "@gatehouse/core/reports";
import type { Run } from "../session.js";

const DELETE = {
  name: "report_events.delete",
  text: `delete from report_events e using unnest($1::bigint[], $2::timestamptz[]) as gone (id, at)
         where e.report_id = gone.id and e.at = gone.at`,
};

const INSERT = {
  name: "report_events.insert",
  text: `insert into report_events (at, report_id, seq, resource, type, status, message, seconds, detail)
         select * from unnest($1::timestamptz[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::real[], $9::jsonb[])`,
};

/** Lines of one statement: a report may have ten thousand. */
const MOST = 5_000;

/** A report, by its id and the time that its lines are stored under. */
export interface ReportKey {
  readonly id: string;
  readonly at: Date;
}

/** Deletes the lines of these reports. */
export async function deleteEvents(run: Run, reports: readonly ReportKey[]): Promise<void> {
  if (reports.length > 0) await run(DELETE, [reports.map(({ id }) => id), reports.map(({ at }) => at)]);
}

/** Stores the lines of these reports, in their order. */
export async function insertEvents(
  run: Run,
  reports: readonly (ReportKey & { readonly events: readonly ReportEvent[] })[],
): Promise<void> {
  const rows = reports.flatMap(({ id, at, events }) => events.map((event, seq) => ({ id, at, seq, event })));
  for (let start = 0; start < rows.length; start += MOST) {
    const some = rows.slice(start, start + MOST);
    await run(INSERT, [
      some.map(({ at }) => at),
      some.map(({ id }) => id),
      some.map(({ seq }) => seq),
      some.map(({ event }) => event.resource),
      some.map(({ event }) => event.type),
      some.map(({ event }) => event.status),
      some.map(({ event }) => event.message),
      some.map(({ event }) => event.seconds),
      some.map(({ event }) => (Object.keys(event.detail).length === 0 ? null : JSON.stringify(event.detail))),
    ]);
  }
}

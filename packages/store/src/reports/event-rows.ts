import type { ReportEvent } from "@gatehouse/core/reports";
import type { Run } from "../session.js";

const DELETE = {
  name: "report_events.delete",
  text: `delete from report_events e using unnest($1::bigint[], $2::timestamptz[]) as gone (id, at)
         where e.report_id = gone.id and e.at = gone.at`,
};

/** As one JSON text: arrays of texts would be escaped one by one, which holds up everybody else. */
const INSERT = {
  name: "report_events.insert",
  text: `insert into report_events (at, report_id, seq, resource, type, status, message, seconds, detail)
         select at, report_id, seq, resource, type, status, message, seconds, detail
         from jsonb_to_recordset($1::jsonb) as t (at timestamptz, report_id bigint, seq int, resource text, type text, status text,
                                                  message text, seconds real, detail jsonb)`,
};

/** Lines of one statement, and their characters. */
const MOST = 2_000;
const MOST_TEXT = 512 * 1024;

/** A report, by its id and the time that its lines are stored under. */
export interface ReportKey {
  readonly id: string;
  readonly at: Date;
}

/** Deletes the lines of these reports. */
export async function deleteEvents(run: Run, reports: readonly ReportKey[]): Promise<void> {
  if (reports.length > 0) await run(DELETE, [reports.map(({ id }) => id), reports.map(({ at }) => at)]);
}

/** Stores the lines of these reports, in their order: as many statements as keep each of them short. */
export async function insertEvents(
  run: Run,
  reports: readonly (ReportKey & { readonly events: readonly ReportEvent[] })[],
): Promise<void> {
  let lines: string[] = [];
  let length = 0;
  const flush = async () => {
    if (lines.length > 0) await run(INSERT, [`[${lines.join(",")}]`]);
    lines = [];
    length = 0;
  };
  for (const { id, at, events } of reports) {
    for (const [seq, event] of events.entries()) {
      const line = lineOf(id, at, seq, event);
      if (lines.length === MOST || length + line.length > MOST_TEXT) await flush();
      lines.push(line);
      length += line.length;
    }
  }
  await flush();
}

function lineOf(report_id: string, at: Date, seq: number, event: ReportEvent): string {
  const { resource, type, status, message } = event;
  // A real cannot hold everything that a number can.
  const seconds = event.seconds === null ? null : Math.round(Math.min(event.seconds, 1e12) * 1000) / 1000;
  const detail = Object.keys(event.detail).length === 0 ? null : event.detail;
  return JSON.stringify({ at, report_id, seq, resource, type, status, message, seconds, detail });
}

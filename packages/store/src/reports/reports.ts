import type { EventPage, ReportBody, ReportStatus, Reports, StoredEvent } from "@gatehouse/core/reports";
import { cleanText, keyOf } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodePartCursor, decodeTimeCursor, isBigint } from "../cursor.js";
import type { Database } from "../database.js";
import { bodiesOf } from "../submissions/bodies.js";
import { isUuid } from "../uuid.js";
import { REPORT_COLUMNS, type ReportRow, viewOf } from "./rows.js";

const SELECT = `select ${REPORT_COLUMNS}, n.id as "nodeId", n.name as "nodeName"
  from reports r join agents a on a.id = r.agent_id join nodes n on n.id = a.node_id`;

/** {@link Reports} on PostgreSQL. */
export function createReports(db: Database): Reports {
  return {
    async list(filter, { limit, after }) {
      const conditions = new Conditions();
      if ([filter.nodeId, filter.agentId].some((id) => id !== undefined && !isUuid(id)))
        return { reports: [], next: null };
      if (filter.nodeId !== undefined) {
        // By its agents: a node's own column would have to be moved with every merge.
        const agents = await db.run<{ id: string }>("select id from agents where node_id = $1", [filter.nodeId]);
        conditions.add(
          "r.agent_id = any(?::uuid[])",
          agents.map(({ id }) => id),
        );
      }
      conditions
        .add("r.agent_id = ?", filter.agentId)
        .add("r.protocol = ?", filter.protocol && cleanText(filter.protocol))
        .add("r.status = ?", filter.status)
        .add("r.first_at >= ?", filter.since)
        .add("r.first_at < ?", filter.until);
      if (after !== undefined) {
        const [at, id] = decodeTimeCursor(after);
        conditions.add(`(r.first_at, r.id) < (${conditions.value(at)}, ?)`, id);
      }
      const rows = await db.run<ReportRow>(
        `${SELECT} ${conditions.where} order by r.first_at desc, r.id desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ firstAt, id }) => [firstAt.toISOString(), id]);
      return { reports: page.map(viewOf), next };
    },

    async find(id) {
      if (!isBigint(id)) return undefined;
      const [row] = await db.run<ReportRow>(`${SELECT} where r.id = $1`, [id]);
      return row && viewOf(row);
    },

    async findRun(agentId, run) {
      if (!isUuid(agentId)) return undefined;
      const [row] = await db.run<ReportRow>(`${SELECT} where r.agent_id = $1 and r.run = $2`, [agentId, keyOf(run)]);
      return row && viewOf(row);
    },

    async events(reportId, { limit, after }): Promise<EventPage> {
      const start = after === undefined ? -1 : decodePartCursor(after, reportId);
      if (!isBigint(reportId)) return { events: [], next: null };
      const [report] = await db.run<{ at: Date }>("select first_at as at from reports where id = $1", [reportId]);
      if (report === undefined) return { events: [], next: null };
      // Its time as a value names the one partition to look into; a subselect would have all of them planned (4 ms).
      const rows = await db.run<StoredEvent>(
        `select e.seq, e.resource, e.type, e.status, e.message, e.seconds, coalesce(e.detail, '{}') as detail
         from report_events e where e.report_id = $1 and e.at = $2 and e.seq > $3 order by e.seq limit $4`,
        [reportId, report.at, start, limit + 1],
      );
      const { page, next } = cut(rows, limit, ({ seq }) => [reportId, String(seq)]);
      return { events: page, next };
    },

    async counts(since) {
      const rows = await db.run<{ status: ReportStatus; count: number }>(
        "select status, count(*)::int as count from reports where first_at >= $1 group by status",
        [since],
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },

    async bodies({ parts }): Promise<ReportBody[]> {
      const found = await bodiesOf(
        (statement, values) => db.run(statement, values),
        parts.map(({ submissionId, acceptedAt, size }) => ({ id: submissionId, acceptedAt, size })),
      );
      return parts.flatMap(({ submissionId, acceptedAt }) => {
        const body = found.get(submissionId);
        return body === undefined ? [] : [{ submissionId, acceptedAt, kind: body.kind, body: body.bytes }];
      });
    },
  };
}

import type { AuditEvent, AuditLog, StoredAuditEvent } from "@gatehouse/core/audit";
import { cleanJson, cleanText } from "./clean.js";
import { Conditions } from "./conditions.js";
import { cut, decodeTimeCursor } from "./cursor.js";
import type { Queryable } from "./database.js";
import { Together } from "./together.js";

/** Events that one statement writes. */
const AT_ONCE = 500;

/** Agents wait for it when they register: it is prepared. */
const RECORD = {
  name: "audit.record",
  text: `insert into audit_events (actor, action, subject, detail)
         select actor, action, subject, detail from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])
           with ordinality as said (actor, action, subject, detail, place) order by place`,
};

/** {@link AuditLog} on PostgreSQL. Single events that come at once are written together: each waits for its commit all the same. */
export function createAuditLog(db: Queryable): AuditLog {
  const recordAll = async (events: readonly AuditEvent[]): Promise<void> => {
    for (let i = 0; i < events.length; i += AT_ONCE) {
      const rows = events.slice(i, i + AT_ONCE).map((event) => cleanJson({ ...event, detail: event.detail ?? {} }));
      await db.run(RECORD, [
        rows.map(({ actor }) => actor),
        rows.map(({ action }) => action),
        rows.map(({ subject }) => subject),
        rows.map(({ detail }) => JSON.stringify(detail)),
      ]);
    }
  };
  const together = new Together<AuditEvent, void>(async (events) => {
    await recordAll(events);
    return events.map(() => undefined);
  }, AT_ONCE);
  return {
    record: (event) => together.do(event),
    recordAll,

    async list({ actor, action, subject, since, until }, { limit, after }) {
      const conditions = new Conditions()
        .add("actor = ?", actor && cleanText(actor))
        .add("starts_with(action, ?)", action && cleanText(action))
        .add("subject = ?", subject && cleanText(subject))
        .add("at >= ?", since)
        .add("at < ?", until);
      if (after !== undefined) {
        // By number alone: the database's clock may have been set back between two acts.
        const [, id] = decodeTimeCursor(after);
        conditions.add("id < ?", id);
      }
      const rows = await db.run<StoredAuditEvent>(
        `select id, at, actor, action, subject, detail from audit_events ${conditions.where}
         order by id desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ at, id }) => [at.toISOString(), id]);
      return { events: page, next };
    },
  };
}

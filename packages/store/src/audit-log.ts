import type { AuditLog, StoredAuditEvent } from "@gatehouse/core/audit";
import { cleanJson, cleanText } from "./clean.js";
import { Conditions } from "./conditions.js";
import { cut, decodeTimeCursor } from "./cursor.js";
import type { Database } from "./database.js";
import { AuditEntity } from "./entities/index.js";

/** {@link AuditLog} on PostgreSQL. */
export function createAuditLog(db: Database): AuditLog {
  return {
    async record(event) {
      await db.orm((source) =>
        source
          .getRepository(AuditEntity)
          .insert({ ...cleanJson(event), detail: cleanJson(event.detail ?? {}) as never }),
      );
    },

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

import type { AuditLog } from "@gatehouse/core/audit";
import { cleanJson } from "./clean.js";
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
  };
}

import type { AuditLog } from "@gatehouse/core/audit";
import type { Log } from "../log.js";

/** What is done to certificates, and is in the audit log. Renewals are not: a certificate says which one it renews. */
export type Act =
  | "ca.sign"
  | "ca.readmit"
  | "ca.generate"
  | "ca.revoke"
  | "ca.revoke-serials"
  | "ca.clean"
  | "ca.forget"
  | "ca.request.delete"
  | "ca.crl.take";

/** Writes down who did what to which name. It never fails: what is done is done, and the log says what is missing. */
export type Audit = (act: Act, actor: string, subject: string, detail: Record<string, unknown>) => Promise<void>;

export const createAudit =
  (to: Pick<AuditLog, "record">, log: Log): Audit =>
  async (action, actor, subject, detail) => {
    try {
      await to.record({ actor, action, subject, detail });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : `${thrown}`;
      log.error("an act is missing in the audit log", { actor, action, subject, detail, reason });
    }
  };

import type { Atomically } from "@gatehouse/api";
import {
  createApiTokens,
  createAppliedDocuments,
  createAuditLog,
  createAutosignRules,
  createContentRecords,
  createEnrolmentKeys,
  type Database,
  type SecretBox,
  type WatchedContentStore,
} from "@gatehouse/store";

/** What documents are written through: every port on one transaction. */
export function applyAtomically(db: Database, box: SecretBox, content: WatchedContentStore): Atomically {
  return async (work) => {
    const result = await db.atomically((bound) =>
      work({
        keys: createEnrolmentKeys(bound, box),
        tokens: createApiTokens(bound),
        content: createContentRecords(bound),
        autosign: createAutosignRules(bound),
        applied: createAppliedDocuments(bound),
        audit: createAuditLog(bound),
      }),
    );
    // Of other replicas, the notification with the commit takes care.
    content.forget();
    return result;
  };
}

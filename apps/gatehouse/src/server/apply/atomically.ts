import type { Atomically } from "@gatehouse/api";
import type { GroupChecks } from "@gatehouse/core/groups";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import {
  createAgentLogins,
  createApiTokens,
  createAppliedDocuments,
  createAuditLog,
  createAuthorizationRules,
  createAutosignRules,
  createContentRecords,
  createCredentials,
  createEnrolmentKeys,
  createEnvironmentRecords,
  createGroups,
  createJobs,
  createPackages,
  createRecordings,
  createRegistrationTokens,
  type Database,
  type SecretBox,
} from "@gatehouse/store";

export interface ApplyParts {
  readonly db: Database;
  readonly box: SecretBox;
  readonly groups: GroupChecks;
  /** Documents make no nodes: these are as everybody sees them. */
  readonly registry: Pick<NodeRegistry, "find">;
  /** Takes in what was changed in a transaction, after its commit; other gateways hear of it by notification. */
  readonly committed: () => Promise<void>;
}

/** What documents are written through: every port on one transaction. */
export function applyAtomically({ db, box, groups, registry, committed }: ApplyParts): Atomically {
  return async (work) => {
    const result = await db.atomically((bound) =>
      work({
        keys: createEnrolmentKeys(bound, box),
        logins: createAgentLogins(bound),
        registrationTokens: createRegistrationTokens(bound, box),
        tokens: createApiTokens(bound),
        content: createContentRecords(bound),
        autosign: createAutosignRules(bound),
        authorizationRules: createAuthorizationRules(bound),
        credentials: createCredentials(bound, box),
        groups: createGroups(bound, groups),
        environments: createEnvironmentRecords(bound),
        jobs: createJobs(bound),
        packages: createPackages(bound),
        recordings: createRecordings(bound),
        registry,
        applied: createAppliedDocuments(bound),
        audit: createAuditLog(bound),
      }),
    );
    await committed();
    return result;
  };
}

import type { ApiTokens } from "@gatehouse/core/access";
import type { AuditLog } from "@gatehouse/core/audit";
import type { Clock } from "@gatehouse/core/clock";
import type { ArtifactKind, ContentStore } from "@gatehouse/core/content";
import type { EnrolmentKeys } from "@gatehouse/core/enrolment";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { RouterDeps } from "@gatehouse/http";

/** What a protocol brings for operators; the gateway hands the adapters' own in. */
export interface ProtocolForOperators {
  readonly id: string;
  readonly artifactKinds: readonly ArtifactKind[];
  /** JSON Schemas of the settings that a node may be given by hand. */
  readonly nodeSettings: Readonly<Record<string, object>>;
  /** @returns warnings @throws request-malformed for a key that no agent could use */
  readonly checkEnrolmentKey: (secret: string) => string[];
}

/** All that the API may touch. */
export interface ApiDeps extends RouterDeps {
  readonly registry: Pick<NodeRegistry, "list" | "find" | "setSetting">;
  readonly keys: EnrolmentKeys;
  readonly content: ContentStore;
  readonly tokens: ApiTokens;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly protocols: readonly ProtocolForOperators[];
  /** Folder for uploads on their way; private to this process. */
  readonly uploadDir: string;
}

import type { Assignments } from "@gatehouse/core/assignment";
import type { AuditLog } from "@gatehouse/core/audit";
import type { Clock } from "@gatehouse/core/clock";
import type { AgentSecrets, Credentials } from "@gatehouse/core/credentials";
import type { Work } from "@gatehouse/core/jobs";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { PendingAnswers } from "@gatehouse/core/pending";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { Admission } from "@gatehouse/http";
import type { GlpiConfig } from "./config.js";

/** All that the adapter may touch. */
export interface GlpiDeps {
  readonly registry: Pick<NodeRegistry, "enrol" | "findAgent" | "findAgentsBeginning" | "touch">;
  readonly assignments: Pick<Assignments, "of">;
  readonly submissions: Pick<Submissions, "accept">;
  readonly tasks: Tasks;
  readonly work: Work;
  readonly credentials: Pick<Credentials, "get">;
  readonly audit: Pick<AuditLog, "record">;
  readonly secrets: AgentSecrets;
  readonly pending: PendingAnswers;
  readonly admission: Pick<Admission, "tryEnter" | "leave">;
  readonly clock: Clock;
  readonly config: GlpiConfig;
  /** Credentials go to who does not prove who it is, too. */
  readonly allowUnproven: boolean;
}

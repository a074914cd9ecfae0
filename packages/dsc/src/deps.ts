import type { Assignments } from "@gatehouse/core/assignment";
import type { Clock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { EnrolmentKeys } from "@gatehouse/core/enrolment";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { Reports } from "@gatehouse/core/reports";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { RouterDeps } from "@gatehouse/http";
import type { DscConfig } from "./config.js";

/** All that the adapter may touch. */
export interface DscDeps extends RouterDeps {
  readonly registry: Pick<NodeRegistry, "enrol" | "findAgent" | "recentAgent" | "touch" | "amendAgent">;
  readonly assignments: Pick<Assignments, "of">;
  readonly keys: Pick<EnrolmentKeys, "active">;
  readonly content: Pick<ContentStore, "heads" | "channels" | "open">;
  readonly submissions: Submissions;
  readonly reports: Pick<Reports, "list" | "findRun" | "bodies">;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly config: DscConfig;
}

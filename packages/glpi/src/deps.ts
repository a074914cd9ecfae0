import type { Assignments } from "@gatehouse/core/assignment";
import type { AuditLog } from "@gatehouse/core/audit";
import type { Clock } from "@gatehouse/core/clock";
import type { AgentSecrets, Credentials } from "@gatehouse/core/credentials";
import type { AgentKeys, Challenges, RegistrationTokens } from "@gatehouse/core/enrolment";
import type { Work } from "@gatehouse/core/jobs";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { PendingAnswers } from "@gatehouse/core/pending";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { Admission, RouteRequest } from "@gatehouse/http";
import type { AccessBase } from "@gatehouse/inventory";
import type { GlpiConfig } from "./config.js";

/** All that the adapter may touch. */
export interface GlpiDeps {
  readonly registry: Pick<
    NodeRegistry,
    "enrol" | "findAgent" | "findAgentsBeginning" | "touch" | "setState" | "quarantine" | "amendAgent"
  >;
  readonly assignments: Pick<Assignments, "of">;
  readonly submissions: Pick<Submissions, "accept">;
  readonly tasks: Tasks;
  readonly work: Pick<Work, "workFor">;
  readonly credentials: Pick<Credentials, "get">;
  readonly audit: Pick<AuditLog, "record">;
  readonly secrets: AgentSecrets;
  readonly pending: PendingAnswers;
  readonly admission: Pick<Admission, "tryEnter" | "leave">;
  readonly clock: Clock;
  readonly registrationTokens: Pick<RegistrationTokens, "usable" | "use">;
  readonly challenges: Challenges;
  readonly agentKeys: Pick<AgentKeys, "issue" | "live" | "use" | "undo">;
  /** What the configuration and the listener of a request say of who proves nothing. */
  readonly access: (request: Pick<RouteRequest, "raw">) => AccessBase;
  readonly config: GlpiConfig;
  /** Credentials go to who does not prove who it is, too, and over plain HTTP. */
  readonly allowUnproven: boolean;
}

import type { Assignments } from "@gatehouse/core/assignment";
import type { AuditLog } from "@gatehouse/core/audit";
import type { Clock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { Credentials } from "@gatehouse/core/credentials";
import type { Work } from "@gatehouse/core/jobs";
import type { KnownAgent, NodeRegistry } from "@gatehouse/core/nodes";
import type { KnownPackages } from "@gatehouse/core/packages";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { Admission, Reply, RouteRequest } from "@gatehouse/http";
import type { AccessBase } from "@gatehouse/inventory";
import type { FusionInventoryConfig } from "./config.js";
import type { AgentCertificates } from "./rest/certificate.js";

/** All that the dialect may touch. */
export interface FusionInventoryDeps {
  readonly registry: Pick<
    NodeRegistry,
    "enrol" | "findAgent" | "findAgentsBeginning" | "quarantine" | "setState" | "touch"
  >;
  readonly assignments: Pick<Assignments, "of">;
  readonly submissions: Pick<Submissions, "accept">;
  readonly work: Work;
  readonly packages: KnownPackages;
  /** Where the bytes of parts are. */
  readonly content: Pick<ContentStore, "open">;
  readonly credentials: Pick<Credentials, "get">;
  readonly audit: Pick<AuditLog, "record">;
  /** The authority of inventory agents. */
  readonly certificates: AgentCertificates;
  readonly admission: Pick<Admission, "tryEnter" | "leave">;
  readonly tasks: Tasks;
  /** Answers that come when an agent is to wake. @throws overloaded where too many wait */
  readonly waits: { hold(agent: Pick<KnownAgent, "agentId" | "hasWork">): Reply };
  readonly clock: Clock;
  /** What counts for who proves nothing and sends a request, before any group. */
  readonly access: (request: Pick<RouteRequest, "raw">) => AccessBase;
  /** Jobs that run code, and credentials, go to who does not prove who it is, too, and over plain HTTP. */
  readonly allowUnproven: boolean;
  /** 32 bytes, the same on all gateways: tokens that go with what agents post are signed with it. */
  readonly answerKey: Buffer;
  /** `expiration`: when agents come again that no group says it for, such as `24h`: the same as for those that speak JSON. */
  readonly config: FusionInventoryConfig & { readonly expiration: string };
}

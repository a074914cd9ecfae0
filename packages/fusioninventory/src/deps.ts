import type { Assignments } from "@gatehouse/core/assignment";
import type { Clock } from "@gatehouse/core/clock";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { Admission, RouteRequest } from "@gatehouse/http";
import type { AccessBase } from "@gatehouse/inventory";

/** All that the dialect may touch. */
export interface FusionInventoryDeps {
  readonly registry: Pick<
    NodeRegistry,
    "enrol" | "findAgent" | "findAgentsBeginning" | "quarantine" | "setState" | "touch"
  >;
  readonly assignments: Pick<Assignments, "of">;
  readonly submissions: Pick<Submissions, "accept">;
  readonly admission: Pick<Admission, "tryEnter" | "leave">;
  readonly tasks: Tasks;
  readonly clock: Clock;
  /** What counts for who proves nothing and sends a request, before any group. */
  readonly access: (request: Pick<RouteRequest, "raw">) => AccessBase;
  /** `expiration`: when agents come again that no group says it for, such as `24h`: the same as for those that speak JSON. */
  readonly config: { readonly expiration: string };
}

import type { RouteRequest } from "@gatehouse/http";

/** Who is noted as having done what a call does: the peer's name. Only a rule of the operator's own lets others in. */
export const actorOf = ({ peer }: Pick<RouteRequest, "peer">): string =>
  peer.kind === "verified" ? peer.name : "anonymous";

/** Where a request for a certificate came from: its peer, or the address of one that has no name yet, no proxy's. */
export const originatorOf = ({ peer, from }: Pick<RouteRequest, "peer" | "from">): string | null =>
  peer.kind === "verified" ? peer.name : (from ?? null);

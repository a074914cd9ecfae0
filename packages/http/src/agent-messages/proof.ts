import { type AgentProof, noProof } from "@gatehouse/core/nodes";
import type { RouteRequest } from "../route-table.js";
import type { ProofOf } from "./types.js";

/** What inventory agents prove themselves with, of all that a request carries the strongest. */
export function createProofOf(): ProofOf {
  return async (request) => certificateProof(request) ?? noProof;
}

/** A certificate that our authority issued to inventory agents, in the name of one of them. Of another profile it says nothing here. */
function certificateProof({ peer }: Pick<RouteRequest, "peer">): AgentProof | undefined {
  if (peer.kind !== "verified" || peer.profile !== "inventory") return undefined;
  return { way: "certificate", trust: "certificate", agent: peer.name.toLowerCase(), by: peer.serial };
}

import { type AgentProof, isTrusted } from "@gatehouse/core/nodes";

/** A request, as far as it proves who sent it. */
export interface Shown {
  readonly proof: AgentProof;
  /** The caller's own connection was TLS, to us or to a trusted proxy. */
  readonly overTls: boolean;
}

/**
 * Whether the caller may get what carries credentials or runs code: this very request proves who sent it, and came over TLS; or
 * whoever calls may (`jobs.allowUnproven`). An id alone can be copied (decisions, row 30). What many share (a login of a group, a
 * proxy's key) is a proof; one of another agent is none.
 * @param names that the agent was known by before this request, in any case: not what the request itself brings
 */
export function isProven(
  { allowUnproven }: { readonly allowUnproven: boolean },
  { proof, overTls }: Shown,
  names: readonly unknown[],
): boolean {
  if (allowUnproven) return true;
  return isTrusted(proof.trust, "key") && overTls && isOf(proof, names);
}

const isOf = ({ agent }: AgentProof, names: readonly unknown[]): boolean =>
  agent === undefined || names.some((name) => typeof name === "string" && name.toLowerCase() === agent.toLowerCase());

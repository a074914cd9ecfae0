import { type AgentProof, isTrusted, type KnownAgent } from "@gatehouse/core/nodes";
import { objectOf } from "../wire/read.js";

/** How an agent registered, as it is kept among its attributes: nothing secret. */
export interface KeptRegistration {
  readonly way: "simple" | "manual" | "token";
  /** The token's name. */
  readonly token?: string;
  /** By a token that it alone has. */
  readonly own?: boolean;
  /** The proxy whose token it was. */
  readonly proxy?: string;
  /** Whether a key was given. */
  readonly encrypted?: boolean;
  /** It proved itself as well by a login or a certificate of its own: a shared token does not take the place of that. */
  readonly proven?: boolean;
  /** The agent said afterwards that it failed: it has not the key. */
  readonly undone?: boolean;
}

/** The agent's last registration; undefined where there was none. */
export function registrationOf(agent: Pick<KnownAgent, "attributes"> | undefined): KeptRegistration | undefined {
  const kept = agent?.attributes["registered"];
  return kept === undefined ? undefined : (objectOf(kept) as unknown as KeptRegistration);
}

/** Whether a proof is of this one agent, and not by a key that a token was enough for. */
export const isOwnProof = ({ way, agent, trust }: AgentProof): boolean =>
  way !== "key" && agent !== undefined && isTrusted(trust, "secret");

/** Whether an agent that has lost its key may begin anew with a shared token: when that was all that it had. */
export function beginsByShared(agent: Parameters<typeof registrationOf>[0]): boolean {
  const { own, proxy, proven } = registrationOf(agent) ?? {};
  return own === false && proxy === undefined && proven !== true;
}

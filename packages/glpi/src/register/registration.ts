import type { KnownAgent } from "@gatehouse/core/nodes";
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
  /** The agent said afterwards that it failed: it has not the key. */
  readonly undone?: boolean;
}

/** The agent's last registration; undefined where there was none. */
export function registrationOf(agent: Pick<KnownAgent, "attributes"> | undefined): KeptRegistration | undefined {
  const kept = agent?.attributes["registered"];
  return kept === undefined ? undefined : (objectOf(kept) as unknown as KeptRegistration);
}

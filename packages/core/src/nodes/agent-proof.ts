import type { Trust } from "./identity/index.js";

/**
 * What the sender of a message proved of itself: nothing; a login's secret (`basic`), or the token that it got for one
 * (`oauth`); a certificate of ours; a key that it registered for.
 */
export interface AgentProof {
  readonly way: "none" | "basic" | "oauth" | "certificate" | "key";
  readonly trust: Trust;
  /** The agentid or deviceid, in lower case, of the one agent that it is a proof of; undefined: of any that has the secret. */
  readonly agent?: string;
  /** For logs and the audit: a login's name, a certificate's serial, a key's id. Nothing secret. */
  readonly by?: string;
}

/** Of who proved nothing. */
export const noProof: AgentProof = { way: "none", trust: "anonymous" };

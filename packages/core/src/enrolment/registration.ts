import { isText } from "./text.js";

/** Bytes of a token, of a communication key, and of a challenge: one block of AES. */
export const REGISTER_BYTES = 16;

/** A secret that GLPI agents register with (REGISTER's token), as operators see it. */
export interface RegistrationToken {
  readonly id: string;
  readonly name: string;
  /** Only for agents that say this tag; null for any. */
  readonly tag: string | null;
  /** The agentid, in lower case, of the one agent or proxy that has it; null where many share it. */
  readonly agent: string | null;
  /** Registrations that it is good for; null for any number. */
  readonly mostUses: number | null;
  readonly uses: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewRegistrationToken
  extends Pick<RegistrationToken, "name" | "tag" | "agent" | "mostUses" | "expiresAt"> {
  /** 16 bytes. Random: they are the key of a cipher. */
  readonly secret: Buffer;
}

/** A token with its secret, for who challenges with it. Never logged, never listed. */
export interface RegistrationSecret extends Pick<RegistrationToken, "id" | "name" | "tag" | "agent"> {
  /** 16 bytes. */
  readonly secret: Buffer;
}

const MOST_TEXT = 255;
const MOST_NAME = 100;
const MOST_USES = 2 ** 31 - 1;

/** What is wrong with a token, in a sentence that repeats nothing of its secret; undefined for a good one. */
export function registrationTokenFault(token: NewRegistrationToken): string | undefined {
  const { name, tag, agent, mostUses, expiresAt, secret } = token;
  if (!isText(name, 1, MOST_NAME)) return `A token's name has 1 to ${MOST_NAME} characters, none of them a control.`;
  if (tag !== null && !isText(tag, 1, MOST_TEXT))
    return `A token's tag has 1 to ${MOST_TEXT} characters, none of them a control.`;
  if (agent !== null && !isText(agent, 1, MOST_TEXT))
    return `A token is for the agentid of one agent or proxy: 1 to ${MOST_TEXT} characters.`;
  if (mostUses !== null && !(Number.isInteger(mostUses) && mostUses >= 1 && mostUses <= MOST_USES))
    return `A token is good for 1 to ${MOST_USES} registrations, or for any number.`;
  if (expiresAt !== null && Number.isNaN(expiresAt.getTime())) return "A token ends at a time, or never.";
  if (secret.length !== REGISTER_BYTES) return `A token's secret has ${REGISTER_BYTES} bytes.`;
  return undefined;
}

/** Port: the tokens of REGISTER; secrets are stored encrypted under the instance key. */
export interface RegistrationTokens {
  /**
   * @throws request-malformed for one that {@link registrationTokenFault} finds; conflict when one that nobody revoked has the
   * name or the secret, or beyond 10 000
   */
  add(token: NewRegistrationToken, by: string): Promise<RegistrationToken>;
  /** The live ones first, each by name. */
  list(): Promise<RegistrationToken[]>;
  /**
   * Revokes it, all keys that were given for it, and the challenges under way.
   * @returns how many live keys; undefined when no live one has the name or the id
   */
  revoke(nameOrId: string): Promise<{ readonly token: RegistrationToken; readonly keys: number } | undefined>;
  /**
   * Those that a registration may be challenged with now (neither revoked nor at its end nor used up), newest first, as
   * they were at most 5 seconds ago: using one up is checked when a key is given for it.
   */
  usable(): Promise<readonly RegistrationSecret[]>;
  /** Counts a registration for which no key is given. @returns false when the token is revoked, has ended, or is used up */
  use(id: string): Promise<boolean>;
}

/** A challenge that waits for its answer. */
export interface Challenge {
  /** GLPI-Agent-ID, in lower case, of the agent that registers. */
  readonly agentId: string;
  /** The address or network that it was asked from: whoever asks in an agent's name from elsewhere has one of his own. */
  readonly from: string;
  /** Whose token it was made with: the agent's, or that of a proxy on the way. In lower case. */
  readonly of: string;
  readonly tokenId: string;
  /** 8 bytes. */
  readonly serverSecret: Buffer;
  /**
   * What the agent said of itself in its first message, for when it is registered: the messages after that say nothing of
   * it, and may come to another gateway. Small JSON, nothing secret.
   */
  readonly said: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/** Port: the challenges of registrations under way: one of each agent and network, on whichever gateway it calls. */
export interface Challenges {
  /**
   * The one that waits for this agent, from there, with the same token, for the same party and of the same words; else this new one,
   * in the place of any other from there: an agent that asks twice is told the same (decisions, row 20). Whoever answers it vouches
   * for what was said with it: so nobody else may have changed that meanwhile.
   */
  open(challenge: Omit<Challenge, "expiresAt">, seconds: number): Promise<Challenge>;
  /**
   * Takes it away: whoever answers has one try. The one that was asked for from there, or else the newest: an agent may answer from
   * another address.
   * @returns undefined when none waits, and when it came to its end
   */
  take(agentId: string, from: string): Promise<(Challenge & { readonly token: RegistrationSecret }) | undefined>;
}

import { isText } from "./text.js";

/**
 * How an agent proves itself with a name and a secret: basic, with each message (RFC 7617); oauth, to get an access token
 * for them (RFC 6749 section 4.4).
 */
export const loginKinds = ["basic", "oauth"] as const;
export type LoginKind = (typeof loginKinds)[number];

/** A name and a secret by which inventory agents prove themselves, as operators see it. */
export interface AgentLogin {
  readonly id: string;
  readonly kind: LoginKind;
  /** The user's name, or the client's id. */
  readonly name: string;
  /** The agentid or deviceid, in lower case, of the one agent that it is for; null where many share it. */
  readonly agent: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt: Date | null;
}

export interface NewAgentLogin extends Pick<AgentLogin, "kind" | "name" | "agent"> {
  readonly secret: string;
}

/** Port: what agents prove themselves with. Secrets are kept as digests that do not lead back to them. */
export interface AgentLogins {
  /** @throws request-malformed for one that {@link loginFault} finds; conflict when a live one of the kind has the name, or beyond 10 000 */
  add(login: NewAgentLogin, by: string): Promise<AgentLogin>;
  /** The live ones first, each by name. */
  list(): Promise<AgentLogin[]>;
  /** @returns what was revoked by this call; undefined when no live one has the name (of this kind) or the id */
  revoke(kind: LoginKind, nameOrId: string): Promise<AgentLogin | undefined>;
  /**
   * The live login with this name and secret. One that is not there takes as long as a wrong secret.
   * What was found is remembered for a few seconds: agents send it with each message.
   */
  verify(kind: LoginKind, name: string, secret: string): Promise<AgentLogin | undefined>;
  /** The live login of this id, as it was at most 5 seconds ago: for tokens that name it. */
  find(id: string): Promise<AgentLogin | undefined>;
}

const MOST_NAME = 100;
const LEAST_SECRET = 8;
const MOST_SECRET = 1024;
const MOST_AGENT = 255;

/** What is wrong with a login, in a sentence that repeats nothing of its secret; undefined for a good one. */
export function loginFault({ kind, name, agent, secret }: NewAgentLogin): string | undefined {
  if (!loginKinds.includes(kind)) return `A login is of kind ${loginKinds.join(" or ")}.`;
  if (!isText(name, 1, MOST_NAME) || name.includes(":"))
    return `A login's name has 1 to ${MOST_NAME} characters, none of them a control or a colon.`;
  if (!isText(secret, LEAST_SECRET, MOST_SECRET))
    return `A login's secret has ${LEAST_SECRET} to ${MOST_SECRET} characters, none of them a control.`;
  if (agent !== null && !isText(agent, 1, MOST_AGENT))
    return `A login is for the agentid or the deviceid of one agent: 1 to ${MOST_AGENT} characters.`;
  return undefined;
}

/**
 * What a job may need to get in somewhere: a login with its password (ESX, hosts that are inventoried from afar,
 * registries), or an SNMP community, which has no login.
 */
export const credentialKinds = ["password", "snmp-community"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** A credential with its secret, for the job that uses it. Never logged, listed or exported. */
export interface Credential {
  readonly name: string;
  readonly kind: CredentialKind;
  /** Null for a community, and only there. */
  readonly username: string | null;
  /** The password or the community. */
  readonly secret: string;
}

/** A credential as operators see it. */
export interface StoredCredential extends Omit<Credential, "secret"> {
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Port: the named secrets of jobs, encrypted under the instance key. */
export interface Credentials {
  /** By name. */
  list(): Promise<StoredCredential[]>;
  /** Opened: for the job that uses it, and to tell whether another one differs. */
  get(name: string): Promise<Credential | undefined>;
  /**
   * Adds a credential, or puts it in the place of the one of its name.
   * @throws request-malformed for one that {@link credentialFault} finds; conflict beyond 10 000
   */
  put(credential: Credential, by: string): Promise<StoredCredential>;
  /** @returns false when there was none */
  remove(name: string): Promise<boolean>;
  /** By name: an identity of each, which a put leaves, and another one once it was removed and is put again. */
  identities(): Promise<ReadonlyMap<string, string>>;
}

const MOST_NAME = 100;
const MOST_USERNAME = 256;
const MOST_SECRET = 4096;

/** What is wrong with a credential, in a sentence that repeats nothing of its secret; undefined for a good one. */
export function credentialFault({ name, kind, username, secret }: Credential): string | undefined {
  if (!isText(name, MOST_NAME)) return `A credential's name has 1 to ${MOST_NAME} characters, none of them a control.`;
  if (!credentialKinds.includes(kind)) return `A credential is of kind ${credentialKinds.join(" or ")}.`;
  if (kind === "snmp-community" && username !== null) return "An SNMP community has no username.";
  if (kind === "password" && !isText(username ?? "", MOST_USERNAME))
    return `A password needs the username that it is for: 1 to ${MOST_USERNAME} characters, none of them a control.`;
  // Not cleaned as other texts are: it would be another secret then, which opens nothing.
  if (!isText(secret, MOST_SECRET))
    return `A secret has 1 to ${MOST_SECRET} characters, none of them a control; a line break at its end belongs to the file, not to it.`;
  return undefined;
}

/** Neither empty nor with what logs, PostgreSQL or a command line would change. */
const isText = (text: string, most: number) =>
  text.length >= 1 && text.length <= most && text.isWellFormed() && !/\p{Cc}/u.test(text);

/** Port: what agents told us that nobody else may read, encrypted under the instance key; gone with the agent. */
export interface AgentSecrets {
  /** @param name such as `httpd.inventory.token` */
  put(agentId: string, name: string, secret: string): Promise<void>;
  get(agentId: string, name: string): Promise<string | undefined>;
}

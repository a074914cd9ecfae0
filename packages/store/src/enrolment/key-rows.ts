import type { AgentKey, LiveKey } from "@gatehouse/core/enrolment";
import type { SecretBox } from "../secret-box.js";
import { opened } from "./token-rows.js";

/** Whether a key `k` opens something. */
export const IS_LIVE_KEY = "k.revoked_at is null and k.expires_at > now()";

/** A {@link LiveKey} whose secret is sealed. */
export const LIVE_COLUMNS = `k.id, k.owner, k.confirmed_at as "confirmedAt", k.expires_at as "expiresAt",
  k.renewal_asked_at as "renewalAskedAt", k.secret`;

/** The columns of an {@link AgentKey}, of {@link KEYS}, with its place in lists. */
export const KEY_COLUMNS = `k.number, k.id, k.owner, a.node_id as "nodeId", t.name as token, k.created_at as "createdAt",
  k.expires_at as "expiresAt", k.confirmed_at as "confirmedAt", k.revoked_at as "revokedAt", k.renewal_asked_at as "renewalAskedAt"`;

/** What stands beside a key `k`: its token, and the agent that bears its owner's name. */
export const BESIDE = `join registration_tokens t on t.id = k.token_id
  left join agent_aliases l on l.family = 'inventory' and l.kind = 'agentid' and l.value_key = k.owner
  left join agents a on a.id = l.agent_id`;

export type KeyRow = AgentKey & { readonly number: string };

export const keyOfRow = ({ number: _, ...key }: KeyRow): AgentKey => key;

/** A key that was put into another row, or with another owner, does not open. */
const purpose = ({ id, owner }: Pick<LiveKey, "id" | "owner">) => `agent_keys:${JSON.stringify([id, owner])}`;

export const sealKey = (box: SecretBox, of: Pick<LiveKey, "id" | "owner">, secret: Buffer): Buffer =>
  box.seal(secret.toString("hex"), purpose(of));

/** @throws internal for one that does not open */
export const openKey = (box: SecretBox, row: LiveKey): LiveKey => ({
  ...row,
  secret: opened(box, row.secret, purpose(row), `agent key ${row.id}`),
});

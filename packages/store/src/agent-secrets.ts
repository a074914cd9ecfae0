import type { AgentSecrets } from "@gatehouse/core/credentials";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "./clean.js";
import type { Database } from "./database.js";
import type { SecretBox } from "./secret-box.js";
import { isUuid } from "./uuid.js";

/** A secret that was put into another row does not open. */
const purpose = (agentId: string, name: string) => `agent-secrets:${JSON.stringify([agentId.toLowerCase(), name])}`;

const PUT = `insert into agent_secrets (agent_id, name, secret) select id, $2, $3 from agents where id = $1
  on conflict (agent_id, name) do update set secret = excluded.secret returning name`;

/** {@link AgentSecrets} on PostgreSQL, sealed by the instance key. */
export function createAgentSecrets(db: Pick<Database, "run">, box: SecretBox): AgentSecrets {
  return {
    async put(agentId, said, secret) {
      const name = cleanText(said);
      const rows = isUuid(agentId) ? await db.run(PUT, [agentId, name, box.seal(secret, purpose(agentId, name))]) : [];
      if (rows.length === 0) throw new GatehouseError("not-found", "There is no such agent.");
    },

    async get(agentId, said) {
      const name = cleanText(said);
      if (!isUuid(agentId)) return undefined;
      const [row] = await db.run<{ secret: Buffer }>(
        "select secret from agent_secrets where agent_id = $1 and name = $2",
        [agentId, name],
      );
      if (row === undefined) return undefined;
      try {
        return box.open(row.secret, purpose(agentId, name));
      } catch (thrown) {
        throw new GatehouseError("internal", "What the agent said in confidence was changed in the database.", {
          detail: `secret ${JSON.stringify(name)} of agent ${agentId} does not open`,
          cause: thrown,
        });
      }
    },
  };
}

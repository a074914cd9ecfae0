import pg from "pg";

/** The deviceid of an agent of `agentId()`, in a request's text. */
export const DEVICE = "{agent}-2026-01-01-00-00-00";

/** {@link DEVICE} in SQL; `n` counts from 0 as agentId() does. */
const DEVICE_OF_N = "upper(md5('agent-' || n)::uuid::text) || '-2026-01-01-00-00-00'";

// What an inventory in XML and a getConfig leave behind of their agent.
const statements = (deviceId: string) => [
  `create temporary table made as
   select n, gen_random_uuid() as node_id, gen_random_uuid() as agent_id,
     ${deviceId} as device_id
   from generate_series(0, $1::int - 1) as n`,
  `insert into nodes (id, name) select node_id, 'srv-' || lpad(n::text, 6, '0') from made`,
  `insert into agents (id, node_id, family, trust, attributes)
   select agent_id, node_id, 'inventory', 'anonymous',
     jsonb_build_object('deviceId', device_id, 'program', 'FusionInventory-Agent', 'version', '2.6-3') from made`,
  `insert into agent_aliases (family, kind, value_key, value, agent_id)
   select 'inventory', 'deviceid', lower(device_id), device_id, agent_id from made`,
  `insert into agent_contacts (agent_id, last_seen) select agent_id, now() - interval '1 hour' from made`,
];

/**
 * Puts inventory agents into a gateway's empty database, and leaves it as tidy as a database that has been used.
 * @param deviceId of the n-th agent, in SQL
 */
export async function makeAgents(
  database: pg.ClientConfig,
  agents: number,
  deviceId: string = DEVICE_OF_N,
): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    for (const statement of statements(deviceId))
      await client.query(statement, statement.includes("$1") ? [agents] : []);
    await client.query("vacuum (analyze)");
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}

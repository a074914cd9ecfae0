import pg from "pg";

// What an inventory in XML leaves behind of its agent, named as `deviceIdOf` says; `n` counts from 0.
const STATEMENTS = [
  `create temporary table made as
   select n, gen_random_uuid() as node_id, gen_random_uuid() as agent_id,
     'bench-' || lpad(n::text, 6, '0') || '-2026-01-01-00-00-00' as device_id
   from generate_series(0, $1::int - 1) as n`,
  `insert into nodes (id, name) select node_id, 'bench-' || lpad(n::text, 6, '0') from made`,
  `insert into agents (id, node_id, family, trust, attributes)
   select agent_id, node_id, 'inventory', 'anonymous',
     jsonb_build_object('deviceId', device_id, 'program', 'FusionInventory-Agent', 'version', '2.6') from made`,
  `insert into agent_aliases (family, kind, value_key, value, agent_id)
   select 'inventory', 'deviceid', lower(device_id), device_id, agent_id from made`,
  `insert into agent_contacts (agent_id, last_seen) select agent_id, now() - interval '1 hour' from made`,
];

/** Puts inventory agents into a gateway's empty database. */
export async function makeAgents(database: pg.ClientConfig, agents: number): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    for (const statement of STATEMENTS) await client.query(statement, statement.includes("$1") ? [agents] : []);
    await client.query("vacuum (analyze)");
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}

import pg from "pg";

/** Names the one configuration that every made-up agent registered. */
export const CONFIGURATION = "Web";

// What a registration of WMF 5.1 leaves behind; `n` counts from 0 as agentId() does.
const STATEMENTS = [
  `create temporary table made as
   select n, gen_random_uuid() as node_id, gen_random_uuid() as agent_id, md5('agent-' || n)::uuid::text as alias
   from generate_series(0, $1::int - 1) as n`,
  `insert into nodes (id, name) select node_id, 'SRV-' || lpad(n::text, 6, '0') from made`,
  `insert into agents (id, node_id, family, attributes)
   select agent_id, node_id, 'dsc', jsonb_build_object(
     'lcmVersion', '2.0', 'ipAddress', format('10.%s.%s.%s;127.0.0.1;fe80::%s;::1', n / 65536, n / 256 % 256, n % 256, to_hex(n)),
     'thumbprint', upper(md5('a' || n) || substr(md5('b' || n), 1, 8)), 'configurationNames', jsonb_build_array($1::text))
   from made`,
  `insert into agent_aliases (family, kind, value_key, value, agent_id) select 'dsc', 'agentid', alias, upper(alias), agent_id from made`,
  `insert into agent_contacts (agent_id, last_seen) select agent_id, now() - interval '1 hour' from made`,
  `insert into node_evidence (node_id, agent_id, kind, value)
   select node_id, agent_id, kind, value from made, lateral (values
     ('name', 'SRV-' || lpad(n::text, 6, '0')), ('address', format('10.%s.%s.%s', n / 65536, n / 256 % 256, n % 256))) as e (kind, value)`,
  `insert into registrations (agent_id, role, detail)
   select agent_id, role, jsonb_build_object('agentInformation', jsonb_build_object('LCMVersion', '2.0', 'NodeName', 'SRV-' || n))
   from made, unnest(array['ConfigurationRepository', 'ReportServer']) as role`,
];

/** Puts registered agents into a gateway's empty database, and leaves it as tidy as a database that has been used. */
export async function makeFleet(database: pg.ClientConfig, agents: number): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    for (const statement of STATEMENTS) {
      const value = statement.includes("$1::int") ? agents : CONFIGURATION;
      await client.query(statement, statement.includes("$1") ? [value] : []);
    }
    await client.query("vacuum (analyze)");
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}

/** Such as `18.4`. */
export async function postgresVersion(database: pg.ClientConfig): Promise<string> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return rows[0]?.server_version.split(" ")[0] ?? "";
  } finally {
    await client.end();
  }
}

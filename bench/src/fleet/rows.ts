import pg from "pg";

/** Labels and facts of the nodes that `makeFleet` made, as `made()` has them. */
const STATEMENTS = [
  `create temporary table kind as
   select id, n, (array['web','db','cache','queue','build','mail','dns','proxy','log','mon'])[n / 50 % 10 + 1] as role
   from (select id, substr(name, 5)::int as n from nodes) as numbered`,
  `update nodes set labels = jsonb_build_object('site', 'site-' || n % 50, 'role', role) from kind where kind.id = nodes.id`,
  `insert into facts (node_id, source, facts, seen_at, changed_at)
   select id, 'puppet', jsonb_build_object(
     'os', jsonb_build_object(
       'family', (array['Debian','RedHat','Suse','windows'])[n % 4 + 1], 'version', '10.0.' || (14393 + n % 12 * 500),
       'name', 'made', 'architecture', 'x86_64'),
     'memory', jsonb_build_object('mb', (2 ^ (n % 8))::int * 1024),
     'networking', jsonb_build_object('hostname', 'srv-' || n, 'domain', 'example.org', 'ip', '10.0.' || n / 256 || '.' || n % 256)), now(), now()
   from kind`,
  "vacuum (analyze)",
  "checkpoint",
];

/** Gives every node its labels and facts. */
export async function describeNodes(database: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    for (const statement of STATEMENTS) await client.query(statement);
  } finally {
    await client.end();
  }
}

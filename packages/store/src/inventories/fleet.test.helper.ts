import type { Database } from "../database.js";

/**
 * Nodes with one inventory each, made in the database: packages out of a pool that they share, so that every package is
 * on some nodes, and one that is on a single node.
 */
export async function makeFleet(
  db: Database,
  { nodes, packages, pool }: { readonly nodes: number; readonly packages: number; readonly pool: number },
): Promise<void> {
  await db.run(
    `insert into inventory_entries (section, digest, entry, folded)
     select 'softwares', sha256(name::bytea), e, e from generate_series(0, $1::int) as i,
       lateral (select 'package-' || lpad(i::text, 6, '0') as name) as n,
       lateral (select jsonb_build_object('name', name, 'version', (i % 7)::text) as e) as x`,
    [pool],
  );
  await db.run(
    "insert into nodes (name) select 'node-' || lpad(i::text, 6, '0') from generate_series(1, $1::int) as i",
    [nodes],
  );
  await db.run("insert into agents (node_id, family) select id, 'inventory' from nodes");
  await db.run(
    `insert into inventories (id, node_id, agent_id, is_collected, device_id, device_key, item_type, version_client, is_complete,
                              seen_at, changed_at, repairs)
     select gen_random_uuid(), a.node_id, a.id, false, n.name, n.name, 'Computer', 'v', true, now(), now(), '[]'
     from agents a join nodes n on n.id = a.node_id`,
  );
  const section =
    "insert into inventory_sections (inventory_id, name, exact, quiet, size, content, entries, changed_at)";
  await db.run(
    `${section} select i.id, 'softwares', sha256('x'), sha256('x'), 2, '[]',
       (select array_agg(distinct e.id) from generate_series(1, $1::int) as k
        join inventory_entries e on e.id = first.id + 1 + (k * 7919 + right(i.device_id, 6)::int * 31) % $2::int),
       now()
     from inventories i, (select min(id) as id from inventory_entries) as first`,
    [packages, pool],
  );
  await db.run(
    `update inventory_sections set entries = entries || (select min(id) from inventory_entries)
     where inventory_id = (select id from inventories order by device_id desc limit 1)`,
  );
  await db.run(`${section} select id, 'bios', sha256('y'), sha256('y'), 2, '{}', '{}', now() from inventories`);
  await db.run("analyze inventory_sections, inventory_entries, inventories, nodes");
}

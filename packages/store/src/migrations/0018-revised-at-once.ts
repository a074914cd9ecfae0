import type { MigrationInterface, QueryRunner } from "typeorm";

// The statements are planned while there are few nodes, and those plans are kept: nodes are looked up one by one whatever the
// planner thinks of a table that has filled up meanwhile.
const ONE_BY_ONE = "set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off";

const functions = [
  `create function node_parts_joined() returns trigger language plpgsql ${ONE_BY_ONE} as $$ begin
     update nodes set revision = nextval('node_revisions') where id in (select node_id from fresh);
     return null; end $$`,
  `create function aliases_joined() returns trigger language plpgsql ${ONE_BY_ONE} as $$ begin
     update nodes set revision = nextval('node_revisions')
     where id in (select a.node_id from fresh join agents a on a.id = fresh.agent_id);
     return null; end $$`,
];

/**
 * Whether there may be other nodes than those that the transaction makes: these have a revision that nobody saw yet, and need no
 * other. Who makes nothing else says so.
 */
const MAY_BE_SEEN = "current_setting('gatehouse.only_new_nodes', true) is distinct from 'on'";

/** What follows what: once for all rows of a statement, and before that once for each row. */
const FOLLOWED = [
  { table: "agents", atOnce: "node_parts_joined", each: "node_part_revised" },
  { table: "node_evidence", atOnce: "node_parts_joined", each: "node_part_revised" },
  { table: "agent_aliases", atOnce: "aliases_joined", each: "alias_revised" },
];

const up = [
  ...functions,
  ...FOLLOWED.flatMap(({ table, atOnce, each }) => [
    `drop trigger ${table}_joined on ${table}`,
    `create trigger ${table}_joined after insert on ${table} referencing new table as fresh for each statement
     when (${MAY_BE_SEEN}) execute function ${atOnce}()`,
    `create trigger ${table}_left after delete on ${table} for each row execute function ${each}()`,
  ]),
];

const down = [
  ...FOLLOWED.flatMap(({ table, each }) => [
    `drop trigger ${table}_left on ${table}`,
    `drop trigger ${table}_joined on ${table}`,
    `create trigger ${table}_joined after insert or delete on ${table} for each row execute function ${each}()`,
  ]),
  "drop function aliases_joined()",
  "drop function node_parts_joined()",
];

/** `nodes.revision` follows new agents, names and evidence once for each statement: half of a new agent's cost was one by one. */
export class RevisedAtOnce18 implements MigrationInterface {
  readonly name = "RevisedAtOnce1700000000018";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

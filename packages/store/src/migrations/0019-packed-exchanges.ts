import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // What was recorded before is written in another way: it is looked at for a few days, and not worth two readers. Nothing that
  // a gateway of the version before records meanwhile comes between.
  "truncate exchanges, exchange_contents",
  // Of small exchanges their rows take most of the room. Without a default on purpose: what a gateway of the version before
  // records could not be read. It drops it, and says so, until it is replaced; agents do not notice.
  "alter table exchange_contents add column exchanges int not null",
  // A sixth of what PostgreSQL took for an exchange: a list of one node reads past the others' rows, which are few.
  "drop index exchanges_node",
];

/** Recorded exchanges in a tenth of the room. */
export class PackedExchanges19 implements MigrationInterface {
  readonly name = "PackedExchanges1700000000019";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("truncate exchanges, exchange_contents");
    await runner.query("alter table exchange_contents drop column exchanges");
    await runner.query("create index exchanges_node on exchanges (node_id, id)");
  }
}

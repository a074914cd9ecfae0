import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // When agents got another version in its place; null for one that they get.
  "alter table environment_versions add left_at timestamptz",
  `update environment_versions e set left_at = now()
   where not exists (select from channels c where c.version_id = e.version_id)`,
  // By whatever way a channel moves.
  `create function environment_versions_left() returns trigger language plpgsql as $$ begin
     if tg_op <> 'INSERT' then
       update environment_versions set left_at = now() where version_id = old.version_id;
     end if;
     if tg_op <> 'DELETE' then
       update environment_versions set left_at = null where version_id = new.version_id;
     end if;
     return null; end $$`,
  `create trigger environment_versions_left after insert or update of version_id or delete on channels
   for each row execute function environment_versions_left()`,
];

const down = [
  "drop trigger environment_versions_left on channels",
  "drop function environment_versions_left()",
  "alter table environment_versions drop left_at",
];

/** Versions of environments know since when no agent gets them: they are dropped some time after. */
export class EnvironmentRetention11 implements MigrationInterface {
  readonly name = "EnvironmentRetention1700000000011";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

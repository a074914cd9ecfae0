import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // Agents ask for content by it; null for what was stored before it was computed.
  "alter table blobs add md5 bytea check (length(md5) = 16)",
  // Of a version of an environment, replaced ones too: any agent may have it. Such a blob is never collected.
  "alter table blobs add in_environment boolean not null default false",
  "create index blobs_environment_md5 on blobs (md5) where in_environment",
  // One that is withdrawn and made again is another one.
  "alter table channels add id bigint generated always as identity",
  `create table environment_versions (
     version_id bigint primary key references artifact_versions,
     tree bytea not null check (length(tree) = 32),
     files int not null,
     bytes bigint not null)`,
];

const down = [
  "drop table environment_versions",
  "alter table channels drop id",
  "drop index blobs_environment_md5",
  "alter table blobs drop in_environment",
  "alter table blobs drop md5",
];

/** Environments: the files of their versions are blobs, which agents also ask for by MD5. */
export class Environments9 implements MigrationInterface {
  readonly name = "Environments1700000000009";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

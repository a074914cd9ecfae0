import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // One difference between two states of what an agent says; with the agent, so that it follows it to another node.
  "create sequence changes_id",
  `create table changes (
     id bigint not null default nextval('changes_id'),
     at timestamptz not null,
     agent_id uuid not null references agents on delete cascade,
     subject text not null,
     source text not null,
     path text not null,
     before jsonb,
     after jsonb,
     primary key (at, id)) partition by range (at)`,
  "create index changes_agent on changes (agent_id, at desc, id desc)",
  // What agents backed up: which bytes, where they were found, by whom. Without an agent: an administrator.
  `create table bucket_files (
     id bigint generated always as identity primary key,
     blob_id bigint not null references blobs,
     agent_id uuid references agents on delete cascade,
     md5 bytea not null check (length(md5) = 16),
     path text not null,
     first_at timestamptz not null default now(),
     last_at timestamptz not null default now())`,
  // A path may be longer than what an index takes.
  `create unique index bucket_files_once on bucket_files
     (blob_id, coalesce(agent_id, '00000000-0000-0000-0000-000000000000'), (md5(path)))`,
  "create index bucket_files_md5 on bucket_files (md5)",
  "create index bucket_files_agent on bucket_files (agent_id)",
  "create index bucket_files_last on bucket_files (last_at)",
  // Bytes that nobody refers to any more wait for collection, which looks again.
  `create function bucket_files_gone() returns trigger language plpgsql as $$ begin
     update blobs b set staged_at = now() from gone
     where b.id = gone.blob_id and b.staged_at is null and not b.in_environment
       and not exists (select from bucket_files f where f.blob_id = b.id)
       and not exists (select from artifact_versions v where v.blob_id = b.id);
     return null; end $$`,
  `create trigger bucket_files_gone after delete on bucket_files referencing old table as gone
   for each statement execute function bucket_files_gone()`,
];

const down = [
  "drop table bucket_files",
  "drop function bucket_files_gone()",
  "drop table changes",
  "drop sequence changes_id",
];

/** What changed in what nodes say; files that agents backed up. */
export class HistoryAndBucket10 implements MigrationInterface {
  readonly name = "HistoryAndBucket1700000000010";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

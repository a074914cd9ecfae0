import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // One thing, one set: whoever else describes it learns of it.
  `create table applied_documents (
     kind text not null,
     name text not null,
     set text not null,
     spec jsonb not null,
     made boolean not null,
     identity text,
     applied_at timestamptz not null default now(),
     applied_by text not null,
     primary key (kind, name))`,
  "create index applied_documents_set on applied_documents (set)",
  "alter table blobs add column staged_at timestamptz",
  "create index blobs_staged on blobs (staged_at) where staged_at is not null",
];

const down = [
  "drop index blobs_staged",
  "alter table blobs drop column staged_at",
  "drop index applied_documents_set",
  "drop table applied_documents",
];

/** What documents made, and files that wait for theirs. */
export class AppliedDocuments7 implements MigrationInterface {
  readonly name = "AppliedDocuments1700000000007";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

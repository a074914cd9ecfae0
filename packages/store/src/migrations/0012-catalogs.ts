import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // Catalogs without what differs from run to run, each once.
  `create table catalog_bodies (
     id bigint generated always as identity primary key,
     digest bytea not null constraint catalog_bodies_digest unique check (length(digest) = 32),
     resources int not null,
     size int not null,
     body bytea not null,
     listed boolean not null default false)`,
  "alter table catalog_bodies alter body set storage external",
  // Attempts of one outcome in a row are one row, rewritten in place.
  `create table catalogs (
     id bigint generated always as identity primary key,
     agent_id uuid not null references agents on delete cascade,
     first_at timestamptz not null default statement_timestamp(),
     last_at timestamptz not null default statement_timestamp(),
     times int not null default 1,
     environment text not null,
     version int,
     milliseconds real not null,
     body_id bigint references catalog_bodies,
     header jsonb,
     logs jsonb not null,
     error text,
     check ((body_id is null) = (error is not null))) with (fillfactor = 80)`,
  "create index catalogs_agent on catalogs (agent_id, id desc)",
  "create index catalogs_body on catalogs (body_id)",
  // What an agent got last: what others may collect and ask of.
  `create table agent_catalogs (
     agent_id uuid primary key references agents on delete cascade,
     catalog_id bigint not null references catalogs on delete cascade,
     body_id bigint not null references catalog_bodies,
     certname text not null,
     at timestamptz not null,
     exported bytea not null) with (fillfactor = 80)`,
  "create index agent_catalogs_body on agent_catalogs (body_id)",
  "create index agent_catalogs_catalog on agent_catalogs (catalog_id)",
  "create index agent_catalogs_certname on agent_catalogs (certname)",
  // The resources of bodies that some agent got last.
  `create table catalog_resources (
     body_id bigint not null references catalog_bodies on delete cascade,
     type text not null,
     title text not null,
     tags text[] not null,
     file text,
     line int,
     parameters jsonb not null)`,
  "create index catalog_resources_body on catalog_resources (body_id)",
  "create index catalog_resources_type on catalog_resources (type, body_id)",
  // A title may be longer than what another index takes.
  "create index catalog_resources_title on catalog_resources using hash (title)",
  `create table exported_resources (
     agent_id uuid not null references agents on delete cascade,
     seq int not null,
     type text not null,
     title text not null,
     tags text[] not null,
     file text,
     line int,
     parameters jsonb not null,
     sealed bytea,
     primary key (agent_id, seq))`,
  "create index exported_resources_type on exported_resources (type, agent_id)",
  "create index exported_resources_tags on exported_resources using gin (tags)",
];

const down = ["exported_resources", "catalog_resources", "agent_catalogs", "catalogs", "catalog_bodies"].map(
  (table) => `drop table ${table}`,
);

/** The last catalogs of agents, what is in them, and what they export. */
export class Catalogs12 implements MigrationInterface {
  readonly name = "Catalogs1700000000012";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

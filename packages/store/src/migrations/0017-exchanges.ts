import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  `create table recordings (
     id uuid primary key default gen_random_uuid(),
     name text,
     spec jsonb not null,
     most int not null check (most > 0),
     megabytes int not null check (megabytes > 0),
     created_at timestamptz not null default now(),
     created_by text not null,
     ends_at timestamptz not null,
     stopped_at timestamptz,
     recorded int not null default 0,
     bytes bigint not null default 0)`,
  "create index recordings_ends on recordings (ends_at)",
  // What is not encrypted is what lists are narrowed by: nothing in it is secret. One partition a day, by UTC.
  `create table exchanges (
     id bigint generated always as identity,
     at timestamptz not null default now(),
     request_id uuid not null,
     protocol text not null,
     route text not null,
     method text not null,
     path text not null,
     status int not null,
     milliseconds real not null,
     from_address text,
     peer text,
     node_id uuid,
     request_bytes int not null,
     response_bytes int,
     content_id uuid not null,
     content_start int not null,
     primary key (id, at)) partition by range (at)`,
  // What those carried that were stored together, encrypted as one: of one moment, which is theirs.
  `create table exchange_contents (
     id uuid not null,
     at timestamptz not null default now(),
     content bytea not null,
     primary key (id, at)) partition by range (at)`,
  "alter table exchange_contents alter content set storage external",
  "create index exchanges_node on exchanges (node_id, id)",
];

/** Exchanges that operators asked to be recorded. */
export class Exchanges17 implements MigrationInterface {
  readonly name = "Exchanges1700000000017";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table exchanges");
    await runner.query("drop table exchange_contents");
    await runner.query("drop table recordings");
  }
}

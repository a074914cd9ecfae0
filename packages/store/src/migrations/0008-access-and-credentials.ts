import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  `create table authorization_rules (
     name text primary key,
     id bigint generated always as identity,
     protocol text not null,
     rule jsonb not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     created_by text not null)`,
  // Of all rules together: a rule that is gone has no row that could say so.
  `create table authorization_revision (
     id integer primary key check (id = 1),
     revision bigint not null)`,
  "insert into authorization_revision (id, revision) values (1, 0)",
  `create table credentials (
     name text primary key,
     id bigint generated always as identity,
     kind text not null check (kind in ('password', 'snmp-community')),
     username text,
     secret bytea not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     created_by text not null)`,
];

const down = ["drop table credentials", "drop table authorization_revision", "drop table authorization_rules"];

/** Who may call what, and what jobs get in with. */
export class AccessAndCredentials8 implements MigrationInterface {
  readonly name = "AccessAndCredentials1700000000008";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

import type { MigrationInterface, QueryRunner } from "typeorm";

const statements = [
  // One authority to a database; its keys are sealed under the instance key.
  `create table authorities (
     id uuid primary key default gen_random_uuid(),
     is_only boolean not null default true constraint authorities_only unique check (is_only),
     chain text not null,
     key bytea not null,
     root_key bytea,
     origin text not null check (origin in ('made', 'imported')),
     generation bigint not null default 0,
     created_at timestamptz not null default date_trunc('milliseconds', now()))`,
  "create sequence certificate_serials",
  // Serials of an imported authority may have 20 bytes.
  `create table certificates (
     serial numeric(50) primary key,
     name text not null,
     profile text not null,
     state text not null check (state in ('intended', 'issued', 'revoked')),
     pem text,
     fingerprints jsonb,
     not_before timestamptz,
     not_after timestamptz,
     alt_names jsonb not null default '[]',
     extensions jsonb not null default '{}',
     issued_by text not null,
     issued_at timestamptz not null default date_trunc('milliseconds', now()),
     revoked_at timestamptz,
     revoked_by text,
     cleaned boolean not null default false)`,
  "create index certificates_name on certificates (name, issued_at desc, serial desc) where not cleaned",
  "create index certificates_revoked on certificates (serial) where state = 'revoked'",
  "create index certificates_end on certificates (not_after) where state = 'issued' and not cleaned",
  `create table certificate_requests (
     name text primary key,
     profile text not null,
     pem text not null,
     fingerprints jsonb not null,
     alt_names jsonb not null default '[]',
     extensions jsonb not null default '{}',
     received_at timestamptz not null default date_trunc('milliseconds', now()),
     from_peer text,
     note text)`,
  `create table crls (
     issuer text primary key,
     number numeric(50) not null,
     pem text not null,
     this_update timestamptz not null,
     next_update timestamptz not null,
     generation bigint not null,
     published_at timestamptz not null default date_trunc('milliseconds', now()))`,
];

/** The authority: certificates, requests, revocation lists. */
export class Certificates3 implements MigrationInterface {
  readonly name = "Certificates1700000000003";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ["crls", "certificate_requests", "certificates", "authorities"])
      await runner.query(`drop table ${table}`);
    await runner.query("drop sequence certificate_serials");
  }
}

import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // A name means something within its profile only.
  "alter table certificate_requests drop constraint certificate_requests_pkey",
  "alter table certificate_requests add primary key (name, profile)",
  // Cleaned ones too: they are listed, and revoked with their name.
  "drop index certificates_name",
  "create index certificates_name on certificates (name, profile, issued_at desc, serial desc)",
  "create index certificates_intended on certificates (name, profile, serial) where state = 'intended'",
  // Read whole for every list: without the rows themselves, which hold the certificates.
  "drop index certificates_revoked",
  "create index certificates_revoked on certificates (serial) include (revoked_at, not_after) where state = 'revoked'",
  "create index certificates_server on certificates (not_after) where profile = 'server' and state = 'issued'",
  // Sealed from now on; hosts send theirs again.
  "delete from certificate_requests",
  `create table autosign_rules (
     name text primary key,
     rule jsonb not null,
     position bigserial not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     created_by text not null)`,
  // By the hash of the token, and beyond the rule: one that is put back does not give the uses back.
  `create table autosign_uses (
     sha256 text primary key,
     used bigint not null,
     last_used_at timestamptz not null)`,
];

const down = [
  "drop table autosign_uses",
  "drop table autosign_rules",
  "delete from certificate_requests",
  "drop index certificates_server",
  "drop index certificates_revoked",
  "create index certificates_revoked on certificates (serial) where state = 'revoked'",
  "drop index certificates_intended",
  "drop index certificates_name",
  "create index certificates_name on certificates (name, issued_at desc, serial desc) where not cleaned",
  "alter table certificate_requests drop constraint certificate_requests_pkey",
  "alter table certificate_requests add primary key (name)",
];

/** Names by profile, and what signs requests without a person. */
export class ProfilesAndRules4 implements MigrationInterface {
  readonly name = "ProfilesAndRules1700000000004";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

import type { MigrationInterface, QueryRunner } from "typeorm";

const STATES = ["active", "expired", "deactivated", "purged"];
const TRUST = ["anonymous", "key", "certificate", "operator"];

const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(", ")}))`;

/** A check of the column that lets in these words, in the place of the one before. */
const allow = (table: string, column: string, words: readonly string[]) =>
  `alter table ${table} drop constraint ${table}_${column}_check, add constraint ${table}_${column}_check ${oneOf(column, words)}`;

const up = [
  allow("nodes", "state", [...STATES, "quarantined"]),
  allow("agents", "trust", [...TRUST, "secret"]),
  // Stored, and in no inbox. The index has these rows only: others are neither in it nor slower for it.
  "alter table submissions add held boolean not null default false",
  "create index submissions_held on submissions (agent_id, id) where held",
  // A digest says how it was made: parameters may be raised later.
  `create table agent_logins (
     id uuid primary key default gen_random_uuid(),
     kind text not null check (kind in ('basic', 'oauth')),
     name text not null,
     agent text,
     digest text not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     created_by text not null,
     revoked_at timestamptz)`,
  "create unique index agent_logins_live_name on agent_logins (kind, name) where revoked_at is null",
  // Two live ones with one secret: revoking the one would not shut it out. The fingerprint is keyed.
  `create table registration_tokens (
     id uuid primary key,
     name text not null,
     tag text,
     agent text,
     most_uses int check (most_uses > 0),
     uses int not null default 0,
     secret bytea not null,
     fingerprint bytea not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     created_by text not null,
     expires_at timestamptz,
     revoked_at timestamptz)`,
  "create unique index registration_tokens_live_name on registration_tokens (name) where revoked_at is null",
  "create unique index registration_tokens_live_secret on registration_tokens (fingerprint) where revoked_at is null",
  // Filled and emptied all the time: dead rows are swept early. Gone after a crash: agents then ask anew, and none is answered twice. No reference: it would lock the one row of a
  // token that a whole fleet registers with.
  `create unlogged table registration_challenges (
     agent_id text primary key,
     of text not null,
     token_id uuid not null,
     server_secret bytea not null,
     said jsonb not null,
     expires_at timestamptz not null)
     with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  // number: the order in which they were given. highest and seen: the numbers of messages that came, the highest one and
  // which of the 64 before it. Pages are half empty: those are rewritten in place with each message.
  `create table agent_keys (
     id uuid primary key,
     number bigint not null generated always as identity,
     owner text collate "C" not null,
     token_id uuid not null references registration_tokens,
     secret bytea not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     expires_at timestamptz not null,
     confirmed_at timestamptz,
     revoked_at timestamptz,
     renewal_asked_at timestamptz,
     highest bigint not null default -1,
     seen bit(64) not null default b'0'::bit(64)) with (fillfactor = 50)`,
  "create index agent_keys_owner on agent_keys (owner, number)",
  // Of all keys: one of the live ones alone would be read whole for each look at an owner's, until there are statistics.
  "create index agent_keys_token on agent_keys (token_id)",
];

const down = [
  "drop table agent_keys",
  "drop table registration_challenges",
  "drop table registration_tokens",
  "drop table agent_logins",
  "drop index submissions_held",
  "alter table submissions drop held",
  // What the version before would have to refuse, it refuses.
  "update agents set trust = 'key' where trust = 'secret'",
  allow("agents", "trust", TRUST),
  "update nodes set state = 'deactivated' where state = 'quarantined'",
  allow("nodes", "state", STATES),
];

/** Who may submit: quarantine, logins of agents, tokens, challenges and keys of REGISTER. */
export class WhoMaySubmit14 implements MigrationInterface {
  readonly name = "WhoMaySubmit1700000000014";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

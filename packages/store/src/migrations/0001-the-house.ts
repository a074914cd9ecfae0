import type { MigrationInterface, QueryRunner } from "typeorm";

const statements = [
  `create table instance (
     id int primary key check (id = 1),
     canary bytea not null,
     created_at timestamptz not null default now())`,
  `create table nodes (
     id uuid primary key default gen_random_uuid(),
     name text not null,
     state text not null default 'active' check (state in ('active', 'expired', 'deactivated', 'purged')),
     settings jsonb not null default '{}',
     created_at timestamptz not null default now())`,
  `create index nodes_name on nodes (name, id)`,
  `create index nodes_name_key on nodes (lower(name))`,
  `create table agents (
     id uuid primary key default gen_random_uuid(),
     node_id uuid not null references nodes on delete cascade,
     family text not null,
     attributes jsonb not null default '{}',
     created_at timestamptz not null default now())`,
  `create index agents_node on agents (node_id)`,
  `create table agent_aliases (
     family text not null,
     kind text not null,
     value_key text not null,
     value text not null,
     agent_id uuid not null references agents on delete cascade,
     primary key (family, kind, value_key))`,
  `create index agent_aliases_agent on agent_aliases (agent_id)`,
  // Half-empty pages: last seen is rewritten in place at every check-in.
  `create table agent_contacts (
     agent_id uuid primary key references agents on delete cascade,
     last_seen timestamptz not null) with (fillfactor = 50)`,
  `create table node_evidence (
     id bigint generated always as identity primary key,
     node_id uuid not null references nodes on delete cascade,
     agent_id uuid not null references agents on delete cascade,
     kind text not null,
     value text not null,
     seen_at timestamptz not null default now(),
     constraint node_evidence_once unique (agent_id, kind, value))`,
  `create index node_evidence_node on node_evidence (node_id)`,
  `create table enrolment_keys (
     id uuid primary key,
     protocol text not null,
     name text not null,
     secret bytea not null,
     created_at timestamptz not null default now(),
     revoked_at timestamptz)`,
  `create unique index enrolment_keys_live_name on enrolment_keys (protocol, name) where revoked_at is null`,
  `create table registrations (
     agent_id uuid not null references agents on delete cascade,
     role text not null,
     key_id uuid references enrolment_keys,
     detail jsonb not null,
     first_at timestamptz not null default now(),
     last_at timestamptz not null default now(),
     times int not null default 1,
     primary key (agent_id, role))`,
  `create table blobs (
     id bigint generated always as identity primary key,
     sha256 bytea not null constraint blobs_sha256 unique check (length(sha256) = 32),
     size bigint not null,
     created_at timestamptz not null default now())`,
  `create table blob_chunks (
     blob_id bigint not null references blobs on delete cascade,
     seq int not null,
     bytes bytea not null,
     primary key (blob_id, seq))`,
  // Zips and compressed bodies do not shrink again; external also lets a part of a value be read alone.
  `alter table blob_chunks alter bytes set storage external`,
  `create table artifacts (
     id bigint generated always as identity primary key,
     kind text not null,
     name text not null,
     name_key text not null,
     created_at timestamptz not null default now(),
     constraint artifacts_name unique (kind, name_key))`,
  `create table artifact_versions (
     id bigint generated always as identity primary key,
     artifact_id bigint not null references artifacts,
     channel text not null,
     number int not null,
     blob_id bigint not null references blobs,
     published_by text not null,
     published_at timestamptz not null default now(),
     warnings jsonb not null default '[]',
     constraint artifact_versions_number unique (artifact_id, number))`,
  `create index artifact_versions_blob on artifact_versions (blob_id)`,
  `create table channels (
     artifact_id bigint not null references artifacts,
     name text not null,
     version_id bigint not null references artifact_versions,
     moved_at timestamptz not null default now(),
     primary key (artifact_id, name))`,
  `create table api_tokens (
     id uuid primary key default gen_random_uuid(),
     name text not null,
     role text not null check (role in ('viewer', 'operator', 'admin')),
     hash bytea not null constraint api_tokens_hash unique,
     created_at timestamptz not null default now(),
     expires_at timestamptz,
     revoked_at timestamptz)`,
  `create unique index api_tokens_live_name on api_tokens (name) where revoked_at is null`,
  `create table audit_events (
     id bigint generated always as identity primary key,
     at timestamptz not null default now(),
     actor text not null,
     action text not null,
     subject text not null,
     detail jsonb not null default '{}')`,
  `create index audit_events_at on audit_events (at)`,
];

/** Nodes, agents, keys, content, tokens, audit. */
export class TheHouse1 implements MigrationInterface {
  readonly name = "TheHouse1700000000001";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error("The first migration is undone by dropping the database.");
  }
}

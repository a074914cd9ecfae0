import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  "alter table submissions add context jsonb",
  "alter table dead_letters add context jsonb",
  // One of each agent's own machine, and one of each host that it looked at: the host has no other row than this.
  `create table inventories (
     id uuid primary key,
     node_id uuid not null references nodes on delete cascade,
     agent_id uuid not null references agents on delete cascade,
     is_collected boolean not null,
     device_id text not null,
     device_key text not null,
     item_type text not null,
     tag text,
     version_client text not null,
     is_complete boolean not null,
     seen_at timestamptz not null,
     changed_at timestamptz not null,
     full_at timestamptz,
     repairs jsonb not null,
     decision jsonb) with (fillfactor = 80)`,
  "create unique index inventories_own on inventories (agent_id) where not is_collected",
  "create index inventories_collected on inventories (agent_id, device_key) where is_collected",
  "create index inventories_node on inventories (node_id)",
  // The content is compressed before it comes here: size is what it has without that. Entries: what it is found by.
  `create table inventory_sections (
     inventory_id uuid not null references inventories on delete cascade,
     name text not null,
     exact bytea not null check (length(exact) = 32),
     quiet bytea not null check (length(quiet) = 32),
     size int not null,
     content bytea not null,
     entries int[] not null,
     changed_at timestamptz not null,
     primary key (inventory_id, name)) with (fillfactor = 70)`,
  "alter table inventory_sections alter content set storage external",
  "create index inventory_sections_entries on inventory_sections using gin (entries)",
  // What many machines have in common stands here once. folded: in the form in which texts are compared.
  `create table inventory_entries (
     id int generated always as identity primary key,
     section text not null,
     digest bytea not null constraint inventory_entries_digest unique check (length(digest) = 32),
     entry jsonb not null,
     folded jsonb not null)`,
  "create index inventory_entries_fields on inventory_entries using gin (folded jsonb_path_ops)",
  `create index inventory_entries_name on inventory_entries (section, (left(folded ->> 'name', 200)) text_pattern_ops)`,
  // Evidence of a host without an agent is its inventory's.
  "alter table node_evidence alter agent_id drop not null",
  "alter table node_evidence add inventory_id uuid references inventories on delete cascade",
  "alter table node_evidence add constraint node_evidence_whose check (num_nonnulls(agent_id, inventory_id) = 1)",
  `create unique index node_evidence_of_inventory on node_evidence (inventory_id, kind, value)
   where inventory_id is not null`,
  "alter table changes alter agent_id drop not null",
  "alter table changes add inventory_id uuid references inventories on delete cascade",
  "alter table changes add constraint changes_whose check (num_nonnulls(agent_id, inventory_id) = 1)",
  "create index changes_inventory on changes (inventory_id, at desc, id desc) where inventory_id is not null",
  `create table pending_answers (
     agent_id text not null,
     request_id text not null,
     answer text,
     expires_at timestamptz not null,
     primary key (agent_id, request_id))`,
  "create index pending_answers_expires on pending_answers (expires_at)",
  `create table agent_secrets (
     agent_id uuid not null references agents on delete cascade,
     name text not null,
     secret bytea not null,
     primary key (agent_id, name))`,
  // Names that came cut off.
  "create index agent_aliases_beginning on agent_aliases (family, kind, value_key text_pattern_ops)",
];

const down = [
  "drop index agent_aliases_beginning",
  "drop table agent_secrets",
  "drop table pending_answers",
  "drop index changes_inventory",
  // The version before knows none of these, and cannot have them.
  "delete from changes where agent_id is null",
  "alter table changes drop constraint changes_whose, drop inventory_id, alter agent_id set not null",
  "delete from node_evidence where agent_id is null",
  "drop index node_evidence_of_inventory",
  "alter table node_evidence drop constraint node_evidence_whose, drop inventory_id, alter agent_id set not null",
  "drop table inventory_entries",
  "drop table inventory_sections",
  "drop table inventories",
  "alter table dead_letters drop context",
  "alter table submissions drop context",
];

/** Inventories, hosts without agents, what is answered later, what agents say in confidence, the context of submissions. */
export class Inventories13 implements MigrationInterface {
  readonly name = "Inventories1700000000013";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

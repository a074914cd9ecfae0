import type { MigrationInterface, QueryRunner } from "typeorm";

const statements = [
  // What agents handed in, as it came. Times are whole milliseconds: they are half of the key, and pass through JavaScript. Partitions by day are made ahead, and dropped when retention is over.
  "create sequence submissions_id",
  `create table submissions (
     id bigint not null default nextval('submissions_id'),
     accepted_at timestamptz not null default date_trunc('milliseconds', now()),
     agent_id uuid not null,
     kind text not null,
     coding text not null check (coding in ('identity', 'deflate')),
     size int not null,
     body bytea not null,
     primary key (accepted_at, id)) partition by range (accepted_at)`,
  // Compressed already: a second try would only cost time.
  "alter table submissions alter body set storage external",
  // For the purge of a node: not every submission is part of a report.
  "create index submissions_agent on submissions (agent_id)",
  // Narrow, and emptied as fast as it fills: dead rows are swept early.
  `create table inbox (
     id bigint primary key,
     accepted_at timestamptz not null,
     agent_id uuid not null,
     kind text not null,
     size int not null,
     attempts smallint not null default 0,
     redriven boolean not null default false)
     with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0,
           autovacuum_analyze_threshold = 50000)`,
  "create index inbox_agent on inbox (agent_id, id)",
  `create table dead_letters (
     id bigint primary key,
     accepted_at timestamptz not null,
     agent_id uuid not null,
     kind text not null,
     coding text not null,
     size int not null,
     body bytea not null,
     code text not null,
     message text not null,
     detail text,
     redrives int not null default 0,
     waiting boolean not null default false,
     failed_at timestamptz not null default date_trunc('milliseconds', now()))`,
  "alter table dead_letters alter body set storage external",
  "create index dead_letters_failed on dead_letters (failed_at desc, id desc) where not waiting",
  "create index dead_letters_agent on dead_letters (agent_id)",
  `create table reports (
     id bigint generated always as identity primary key,
     agent_id uuid not null references agents on delete cascade,
     protocol text not null,
     run text not null,
     status text not null,
     first_at timestamptz not null,
     last_at timestamptz not null,
     last_submission bigint not null,
     started_at timestamptz,
     ended_at timestamptz,
     hung_at timestamptz,
     state jsonb not null,
     parts jsonb not null,
     constraint reports_run unique (agent_id, run))`,
  "create index reports_agent on reports (agent_id, first_at desc, id desc)",
  // The status beside it: the overview counts the last day without reading the rows.
  "create index reports_recent on reports (first_at desc, id desc) include (status)",
  "create index reports_status on reports (status, first_at desc, id desc) where status <> 'success'",
  "create index reports_hung on reports (hung_at) where status = 'running'",
  // The lines of the reports, in partitions by the day of their report.
  `create table report_events (
     at timestamptz not null,
     report_id bigint not null,
     seq int not null,
     resource text not null,
     type text,
     status text not null,
     message text,
     seconds real,
     detail jsonb,
     primary key (report_id, seq, at)) partition by range (at)`,
  `create table agent_reports (
     agent_id uuid primary key references agents on delete cascade,
     report_id bigint not null,
     status text not null,
     at timestamptz not null) with (fillfactor = 50)`,
  "create index agent_reports_status on agent_reports (status)",
  `create table scheduled_tasks (
     name text primary key,
     started_at timestamptz not null,
     ended_at timestamptz,
     error text)`,
  "alter table nodes add labels jsonb not null default '{}'",
  "alter table nodes add state_since timestamptz not null default now()",
  "alter table nodes add state_by text not null default 'enrolment'",
  "create index nodes_labels on nodes using gin (labels jsonb_path_ops)",
  "create index nodes_name_prefix on nodes (lower(name) text_pattern_ops)",
  // An operator names an agent without its family and kind.
  "create index agent_aliases_value on agent_aliases (value_key)",
  "create index nodes_state on nodes (state, name, id) where state <> 'active'",
];

/** Submissions, inbox, dead letters, reports, scheduled tasks; labels and life cycle of nodes. */
export class Reports2 implements MigrationInterface {
  readonly name = "Reports1700000000002";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      "scheduled_tasks",
      "agent_reports",
      "report_events",
      "reports",
      "dead_letters",
      "inbox",
      "submissions",
    ])
      await runner.query(`drop table ${table}`);
    await runner.query("drop sequence submissions_id");
    // Those of labels go with their column.
    await runner.query("drop index nodes_name_prefix, nodes_state");
    await runner.query("drop index agent_aliases_value");
    await runner.query("alter table nodes drop labels, drop state_since, drop state_by");
  }
}

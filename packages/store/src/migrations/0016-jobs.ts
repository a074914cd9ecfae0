import type { MigrationInterface, QueryRunner } from "typeorm";

const TASKS = ["deploy", "collect", "esx", "netdiscovery", "netinventory", "wakeonlan", "wake"];
const STATES = ["prepared", "sent", "running", "ok", "ko", "skipped", "cancelled", "timed-out"];
const STATUSES = ["ok", "ko", "warning", "info", "ignore"];

const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(", ")}))`;
const at = (column: string) => `${column} timestamptz not null default date_trunc('milliseconds', now())`;

const up = [
  // What a version of a package has besides its manifest. digest: of what its publisher said, to know it again by.
  `create table package_versions (
     version_id bigint primary key references artifact_versions,
     digest bytea not null check (length(digest) = 32),
     description text,
     files int not null,
     bytes bigint not null)`,
  // What agents ask for by the digest of its bytes. One that many versions have stands here for each.
  `create table package_parts (
     sha512 bytea not null check (length(sha512) = 64),
     version_id bigint not null references package_versions on delete cascade,
     blob_id bigint not null references blobs,
     primary key (sha512, version_id))`,
  "create index package_parts_version on package_parts (version_id)",
  "create index package_parts_blob on package_parts (blob_id)",
  // What is to be done stands here once, for however many machines.
  `create table job_orders (
     id uuid primary key,
     number bigint not null generated always as identity constraint job_orders_number unique,
     name text,
     task text not null ${oneOf("task", TASKS)},
     spec jsonb not null,
     target jsonb not null,
     needs_proof boolean not null,
     package_version_id bigint references package_versions,
     not_before timestamptz,
     per_minute int check (per_minute > 0),
     wait_seconds int not null check (wait_seconds > 0),
     silence_seconds int not null check (silence_seconds > 0),
     wake boolean not null,
     ${at("created_at")},
     created_by text not null)`,
  "create unique index job_orders_name on job_orders (name) where name is not null",
  "create index job_orders_package on job_orders (package_version_id) where package_version_id is not null",
  // task: of the job; a wake that comes with another order's jobs has its own. look_at: when its time may be over; words of its
  // agent do not move it, so that they are written in place.
  `create table jobs (
     id uuid primary key,
     number bigint not null generated always as identity constraint jobs_number unique,
     order_id uuid not null references job_orders on delete cascade,
     agent_id uuid not null references agents on delete cascade,
     task text not null ${oneOf("task", TASKS)},
     state text not null default 'prepared' ${oneOf("state", STATES)},
     due_at timestamptz not null,
     look_at timestamptz not null,
     sent_at timestamptz,
     times_sent int not null default 0,
     started_at timestamptz,
     heard_at timestamptz,
     ended_at timestamptz,
     reason text,
     is_unproven boolean not null default false,
     port_at timestamptz,
     events int not null default 0,
     event_bytes bigint not null default 0,
     constraint jobs_ended check ((ended_at is null) = (state in ('prepared', 'sent', 'running')))) with (fillfactor = 80)`,
  "create index jobs_order on jobs (order_id, number)",
  "create index jobs_agent on jobs (agent_id, number)",
  "create index jobs_open on jobs (agent_id, task, number) where ended_at is null",
  "create index jobs_look on jobs (look_at) where ended_at is null",
  "create index jobs_wakes on jobs (due_at) where task = 'wake' and ended_at is null and port_at is null",
  "create index jobs_ended_at on jobs (ended_at) where ended_at is not null",
  `create table job_events (
     job_id uuid not null references jobs on delete cascade,
     seq int not null,
     ${at("at")},
     by text not null ${oneOf("by", ["agent", "gatehouse", "operator"])},
     step text,
     about text,
     status text ${oneOf("status", STATUSES)},
     message text,
     data jsonb,
     primary key (job_id, seq))`,
];

const down = [
  "drop table job_events",
  "drop table jobs",
  "drop table job_orders",
  // Nothing else holds their bytes: the version before collects them.
  "update blobs set staged_at = now() where id in (select blob_id from package_parts)",
  "drop table package_parts",
  "drop table package_versions",
];

/** Work for agents: orders with their jobs and what is said of them, packages with their parts. */
export class Jobs16 implements MigrationInterface {
  readonly name = "Jobs1700000000016";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

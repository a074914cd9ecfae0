import { normalise } from "@gatehouse/core/nodes";
import type { MigrationInterface, QueryRunner } from "typeorm";

const up = [
  // What it is looked up by, in one form for all that may mean the same; null for what means nothing.
  "alter table node_evidence add value_key text",
  "alter table node_evidence add proof text not null default 'claimed' check (proof in ('claimed', 'observed', 'attested'))",
  // Each source replaces what it said before, and nothing of another's.
  "alter table node_evidence add source text not null default 'enrolment'",
  "create index node_evidence_key on node_evidence (value_key, kind) where value_key is not null",
  "alter table agents add trust text not null default 'key' check (trust in ('anonymous', 'key', 'certificate', 'operator'))",
  // The agent whose name the node bears. No reference: agents refer to nodes already.
  "alter table nodes add named_by uuid",
  "update nodes n set named_by = (select a.id from agents a where a.node_id = n.id order by a.created_at, a.id limit 1)",
  // The nodes that were merged into it, and those that had been merged into them: their ids lead to it.
  "alter table nodes add merged_ids uuid[] not null default '{}'",
  "create index nodes_merged on nodes using gin (merged_ids) where merged_ids <> '{}'",
  `create trigger nodes_revised_by_merge before update on nodes for each row
   when (old.merged_ids is distinct from new.merged_ids) execute function node_revised()`,
  `create table identity_decisions (
     id bigint generated always as identity primary key,
     agent_id uuid not null references agents on delete cascade,
     at timestamptz not null default date_trunc('milliseconds', now()),
     by text not null,
     decision jsonb,
     change_id bigint)`,
  "create index identity_decisions_agent on identity_decisions (agent_id, id desc)",
  `create table identity_conflicts (
     id bigint generated always as identity primary key,
     node_id uuid not null references nodes on delete cascade,
     other_node_id uuid not null references nodes on delete cascade,
     kind text not null,
     score int not null,
     why text not null,
     state text not null default 'open' check (state in ('open', 'dismissed')),
     raised_at timestamptz not null default date_trunc('milliseconds', now()),
     dismissed_at timestamptz,
     dismissed_by text)`,
  // Of two nodes it is asked once, whichever came second.
  `create unique index identity_conflicts_pair on identity_conflicts
     (least(node_id, other_node_id), greatest(node_id, other_node_id))`,
  "create index identity_conflicts_node on identity_conflicts (node_id)",
  "create index identity_conflicts_other on identity_conflicts (other_node_id)",
  "create index identity_conflicts_open on identity_conflicts (raised_at desc, id desc) where state = 'open'",
  // No references: a node that was merged is gone, and its id still leads to the other.
  `create table identity_changes (
     id bigint generated always as identity primary key,
     kind text not null check (kind in ('merge', 'split')),
     at timestamptz not null default date_trunc('milliseconds', now()),
     by text not null,
     node_id uuid not null,
     node_name text not null,
     other_node_id uuid not null,
     other_name text not null,
     agents uuid[] not null,
     detail jsonb not null,
     undone_at timestamptz,
     undone_by text)`,
  "create index identity_changes_node on identity_changes (node_id)",
  "create index identity_changes_other on identity_changes (other_node_id)",
];

const down = [
  "drop table identity_changes",
  "drop table identity_conflicts",
  "drop table identity_decisions",
  "drop trigger nodes_revised_by_merge on nodes",
  "alter table nodes drop merged_ids",
  "alter table nodes drop named_by",
  "alter table agents drop trust",
  "drop index node_evidence_key",
  "alter table node_evidence drop value_key, drop proof, drop source",
];

/** Rows whose keys are written at once. */
const BATCH = 5_000;

/** Evidence with its keys, why an agent is on its node, what waits for a person, what people changed. */
export class Identity6 implements MigrationInterface {
  readonly name = "Identity1700000000006";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
    for (let last = "0"; ; ) {
      const rows: Row[] = await runner.query(
        "select id, kind, value from node_evidence where id > $1 order by id limit $2",
        [last, BATCH],
      );
      if (rows.length === 0) return;
      last = rows.at(-1)?.id ?? last;
      const keyed = rows.flatMap(({ id, kind, value }) =>
        normalise([{ kind, value }]).items.map(({ key }) => [id, key] as const),
      );
      await runner.query(
        `update node_evidence e set value_key = k.key from unnest($1::bigint[], $2::text[]) as k (id, key) where e.id = k.id`,
        [keyed.map(([id]) => id), keyed.map(([, key]) => key)],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

interface Row {
  readonly id: string;
  readonly kind: "name" | "address" | "mac" | "serial" | "uuid";
  readonly value: string;
}

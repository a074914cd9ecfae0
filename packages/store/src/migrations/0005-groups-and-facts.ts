import type { MigrationInterface, QueryRunner } from "typeorm";

/** Functions that decide as core/expression does; the property test of ruleToSql holds them to it. */
const functions = [
  `create function rule_fold(text) returns text language sql immutable strict parallel safe as
   $$ select translate($1, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') $$`,
  `create function rule_number(text) returns float8 language sql immutable strict parallel safe as
   $$ select case when $1 ~ '^-?[0-9]{1,15}([.][0-9]{1,15})?$' then $1::float8 end $$`,
  `create function rule_version(text) returns text language sql immutable strict parallel safe as $$
     select case when $1 ~ '^[vV]?[0-9][0-9A-Za-z.~_+-]{0,99}$' and $1 !~ '[0-9]{16}' then
       regexp_replace(
         (select string_agg(
            case when token ~ '^[0-9]'
              then ' c' || lpad(length(coalesce(nullif(ltrim(token, '0'), ''), '0'))::text, 2, '0')
                        || coalesce(nullif(ltrim(token, '0'), ''), '0')
              else ' a' || token end, '' order by place)
          from (select m[1] as token, place from regexp_matches(
                  regexp_replace(rule_fold(regexp_replace($1, '[+].*$', '')), '^v', ''), '[0-9]+|[a-z]+', 'g')
                with ordinality as t (m, place)) as tokens) || ' b',
         '(?: c010)+(?= [ab])', '', 'g') end $$`,
  // A list counts by its items, null not at all.
  `create function rule_values(jsonb) returns setof jsonb language sql immutable parallel safe as $$
     select v from jsonb_array_elements(
       case when jsonb_typeof($1) = 'array' then $1 when $1 is null then '[]' else jsonb_build_array($1) end) as e (v)
     where jsonb_typeof(v) <> 'null' $$`,
  `create function rule_text(jsonb) returns text language sql immutable strict parallel safe as
   $$ select case when jsonb_typeof($1) = 'string' then $1 #>> '{}' end $$`,
  `create function rule_number(jsonb) returns float8 language sql immutable strict parallel safe as $$
     select case jsonb_typeof($1) when 'number' then ($1 #>> '{}')::float8
                                  when 'string' then rule_number($1 #>> '{}') end $$`,
  `create function fact_at(facts jsonb, path text) returns jsonb language plpgsql immutable strict parallel safe as $$
     declare found jsonb := facts; part text;
     begin
       foreach part in array string_to_array(path, '.') loop
         if jsonb_typeof(found) <> 'object' then return null; end if;
         found := found -> part;
       end loop;
       return found;
     end $$`,
  // What a fact is sorted and looked up by: bounded, for an index takes no more than 2,700 bytes. Null where there is none.
  `create function fact_key(jsonb) returns jsonb language sql immutable strict parallel safe as $$
     select case jsonb_typeof($1) when 'null' then null
                                  when 'string' then to_jsonb(left($1 #>> '{}', 200))
                                  when 'array' then '{}'::jsonb
                                  when 'object' then '{}'::jsonb
                                  else $1 end $$`,
];

/**
 * The facts that `search.indexed` declares, beside the rest: an index on an expression would have the whole facts read
 * and unpacked for every row that it finds.
 */
const keys = [
  "create table indexed_facts (path text primary key, ready boolean not null default false)",
  `create table fact_keys (
     node_id uuid not null,
     path text not null,
     source text not null,
     key jsonb not null,
     number float8,
     primary key (node_id, path, source) include (key),
     foreign key (node_id, source) references facts on delete cascade)`,
  "create index fact_keys_order on fact_keys (path, key, node_id, source)",
  // Numbers, and texts that are written as one.
  "create index fact_keys_number on fact_keys (path, number, node_id, source) where number is not null",
  // How common a value is depends on the fact that it is of.
  "create statistics fact_keys_values (mcv) on path, key from fact_keys",
  // Its statement may be planned while there are no keys yet, and that plan is kept: a table that filled up meanwhile
  // would be read whole for each row.
  `create function facts_keyed() returns trigger language plpgsql set enable_seqscan = off as $$ begin
     with said as (select path, fact_key(at) as key, rule_number(at) as number
                   from (select path, fact_at(new.facts, path) as at from indexed_facts) as i),
          gone as (delete from fact_keys k using said
                   where k.node_id = new.node_id and k.source = new.source and k.path = said.path and said.key is null)
     insert into fact_keys (node_id, path, source, key, number)
     select new.node_id, path, new.source, key, number from said where key is not null
     on conflict (node_id, path, source) do update set key = excluded.key, number = excluded.number
     where fact_keys.key <> excluded.key;
     return null; end $$`,
  "create trigger facts_keyed after insert on facts for each row execute function facts_keyed()",
  `create trigger facts_keyed_again after update on facts for each row
   when (old.facts is distinct from new.facts) execute function facts_keyed()`,
];

/** `nodes.revision` follows every change that a rule can see or that settles what a node gets. */
const revisions = [
  // One sequence for all: no node ever has a revision again that it had, not even when an undone merge brings it back.
  "create sequence node_revisions",
  "alter table nodes add revision bigint not null default nextval('node_revisions')",
  // Its updates then stay on the page, and write no index.
  "alter table nodes set (fillfactor = 80)",
  `create function node_revised() returns trigger language plpgsql as
   $$ begin new.revision := nextval('node_revisions'); return new; end $$`,
  `create trigger nodes_revised before update on nodes for each row
   when ((old.name, old.state, old.labels, old.settings) is distinct from (new.name, new.state, new.labels, new.settings))
   execute function node_revised()`,
  `create function node_part_revised() returns trigger language plpgsql as $$ begin
     if tg_op <> 'INSERT' then update nodes set revision = nextval('node_revisions') where id = old.node_id; end if;
     if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.node_id <> old.node_id) then
       update nodes set revision = nextval('node_revisions') where id = new.node_id;
     end if;
     return null; end $$`,
  `create function alias_revised() returns trigger language plpgsql as $$ begin
     update nodes set revision = nextval('node_revisions') where id in (select node_id from agents where id in (
       case when tg_op <> 'INSERT' then old.agent_id end, case when tg_op <> 'DELETE' then new.agent_id end));
     return null; end $$`,
  ...follow("agents", "node_part_revised", "node_id, family, traits"),
  ...follow("node_evidence", "node_part_revised", "node_id, kind, value"),
  ...follow("facts", "node_part_revised", "node_id, source, facts"),
  ...follow("agent_aliases", "alias_revised", "agent_id, kind, value"),
];

const up = [
  ...functions,
  "alter table agents add traits jsonb not null default '{}'",
  `create table facts (
     node_id uuid not null references nodes on delete cascade,
     source text not null,
     facts jsonb not null,
     seen_at timestamptz not null,
     changed_at timestamptz not null,
     primary key (node_id, source)) with (fillfactor = 80)`,
  ...keys,
  `create table groups (
     key text primary key,
     name text not null,
     document jsonb not null,
     created_at timestamptz not null default date_trunc('milliseconds', now()),
     changed_at timestamptz not null default date_trunc('milliseconds', now()),
     changed_by text not null)`,
  // A row and no sequence: whoever sees a revision sees the groups of it too.
  "create table groups_revision (id int primary key check (id = 1), revision bigint not null)",
  "insert into groups_revision values (1, 1)",
  `create function groups_revised() returns trigger language plpgsql as
   $$ begin update groups_revision set revision = revision + 1; return null; end $$`,
  `create trigger groups_revised after insert or update or delete or truncate on groups
   for each statement execute function groups_revised()`,
  ...revisions,
  `create index nodes_rule_name on nodes ((rule_fold(name) collate "C"))`,
  `create index agent_aliases_rule on agent_aliases ((rule_fold(value) collate "C"))`,
];

const down = [
  "drop index agent_aliases_rule",
  "drop index nodes_rule_name",
  ...["agents", "node_evidence", "agent_aliases"].flatMap((table) => [
    `drop trigger ${table}_joined on ${table}`,
    `drop trigger ${table}_revised on ${table}`,
  ]),
  "drop table fact_keys",
  "drop table indexed_facts",
  "drop table facts",
  "drop function facts_keyed()",
  "drop trigger nodes_revised on nodes",
  "drop function node_revised()",
  "drop function node_part_revised()",
  "drop function alias_revised()",
  "alter table nodes reset (fillfactor)",
  "alter table nodes drop revision",
  "drop sequence node_revisions",
  "drop table groups",
  "drop function groups_revised()",
  "drop table groups_revision",
  "alter table agents drop traits",
  "drop function fact_key(jsonb)",
  "drop function fact_at(jsonb, text)",
  "drop function rule_number(jsonb)",
  "drop function rule_text(jsonb)",
  "drop function rule_values(jsonb)",
  "drop function rule_version(text)",
  "drop function rule_number(text)",
  "drop function rule_fold(text)",
];

/** Triggers on what belongs to a node; of updates only those that change one of the columns. */
function follow(table: string, named: string, columns: string): string[] {
  const of = (row: string) => columns.replace(/\w+/g, `${row}.$&`);
  return [
    `create trigger ${table}_joined after insert or delete on ${table} for each row execute function ${named}()`,
    `create trigger ${table}_revised after update on ${table} for each row
     when ((${of("old")}) is distinct from (${of("new")})) execute function ${named}()`,
  ];
}

/** Groups, facts, traits of agents; revisions that what was resolved is kept by. */
export class GroupsAndFacts5 implements MigrationInterface {
  readonly name = "GroupsAndFacts1700000000005";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

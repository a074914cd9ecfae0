import { randomUUID } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import {
  type CreatedOrder,
  credentialsOf,
  type DeploySpec,
  type JobWork,
  type LeftNode,
  type NewOrder,
  needsProof,
  SILENCE_SECONDS,
  WAIT_SECONDS,
  WAKE_WAIT_SECONDS,
} from "@gatehouse/core/jobs";
import { DEPLOY_PACKAGE } from "@gatehouse/core/packages";
import { nameToFind } from "../certificates/rows.js";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Run } from "../session.js";
import { JOBS_CHANNEL, ORDER, type OrderRow, orderOf } from "./rows.js";
import { type Targeted, targeted } from "./targets.js";

const notFound = (message: string) => new GatehouseError("not-found", message);
const quoted = (name: string) => JSON.stringify(name.slice(0, 100));

const ADD_ORDER = `
  insert into job_orders (id, name, task, spec, target, needs_proof, package_version_id, not_before, per_minute, wait_seconds,
                          silence_seconds, wake, created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (name) where name is not null do nothing returning id`;

const NOTIFY = `select pg_notify('${JOBS_CHANNEL}', '')`;

/** Nodes that got no job, at the most that are told. */
const MOST_LEFT = 100;

/** The words of an agent's traits, where they are a list. */
const INSTALLED = `case when jsonb_typeof(a.traits -> 'installedTasks') = 'array' then a.traits -> 'installedTasks' else '[]' end`;
/** Whether an agent has the task (0), never said so (1), or said that it has not (2), which may change. */
const HAS = (task: string) => `
  case when ${task} = 'wake' or exists (select from jsonb_array_elements_text(${INSTALLED}) as t (name) where lower(t.name) = ${task}) then 0
       when ${INSTALLED} = '[]' then 1 else 2 end`;

/** Makes an order and its jobs inside a transaction. @throws as `Jobs.create` */
export async function createOrder(run: Run, order: NewOrder, by: string): Promise<CreatedOrder> {
  const { work, packageVersionId } = await pinned(run, cleanJson(order.work));
  await checkCredentials(run, work);
  const forWhom = await targeted(run, order.target);
  const id = randomUUID();
  const { name, notBefore = null, perMinute = null, wake = false } = order;
  const { waitSeconds = work.task === "wake" ? WAKE_WAIT_SECONDS : WAIT_SECONDS, silenceSeconds = SILENCE_SECONDS } =
    order;
  const [made] = await run(ADD_ORDER, [
    ...[id, name === undefined ? null : cleanText(name), work.task, JSON.stringify(work.spec)],
    ...[JSON.stringify(cleanJson(forWhom.target)), needsProof(work), packageVersionId, notBefore, perMinute],
    ...[waitSeconds, silenceSeconds, wake, cleanText(by)],
  ]);
  if (made === undefined)
    throw new GatehouseError("conflict", `There is an order ${quoted(name ?? "")} already: an order is named once.`);
  const counted = await addJobs(run, id, work.task, forWhom);
  await run(NOTIFY);
  const [row] = await run<OrderRow>(`select ${ORDER} from job_orders o where o.id = $1`, [id]);
  if (row === undefined) throw new Error("an order that was made is not there");
  return { order: orderOf(row), ...counted };
}

interface Chosen {
  /** Of the nodes that get a job, in the order of those nodes' names. */
  readonly agents: readonly string[];
  readonly leftCount: number;
  readonly left: readonly LeftNode[];
}

/** Jobs that one statement makes: each statement has its time, however large the order and however busy the database. */
const SOME = 5_000;

const ADD_JOBS = {
  name: "jobs.add",
  text: `with o as (
           select id, task, wake, wait_seconds, per_minute, date_trunc('milliseconds', coalesce(not_before, created_at)) as begins
           from job_orders where id = $1
         ), made as (
           insert into jobs (id, order_id, agent_id, task, due_at, look_at)
           select gen_random_uuid(), id, agent_id, task, due_at, due_at + make_interval(secs => wait_seconds) from (
             select o.*, a.id as agent_id, c.place,
                    begins + make_interval(secs => round(coalesce((c.place - 1 + $3) * 60.0 / per_minute, 0), 3)::float8) as due_at
             from unnest($2::uuid[]) with ordinality as c (agent_id, place) join agents a on a.id = c.agent_id, o) as j
           order by place returning order_id, agent_id, number, due_at, look_at
         ), waking as (
           insert into jobs (id, order_id, agent_id, task, due_at, look_at)
           select gen_random_uuid(), order_id, agent_id, 'wake', due_at, look_at from made
           where (select wake from o) order by number
         )
         select count(*)::int as count from made`,
};

async function addJobs(
  run: Run,
  orderId: string,
  task: JobWork["task"],
  forWhom: Targeted,
): Promise<Omit<CreatedOrder, "order">> {
  const { agents, leftCount, left } = await chosen(run, task, forWhom);
  let jobs = 0;
  for (let at = 0; at < agents.length; at += SOME) {
    const [made] = await run<{ count: number }>(ADD_JOBS, [orderId, agents.slice(at, at + SOME), at]);
    jobs += made?.count ?? 0;
  }
  return { jobs, leftCount, left };
}

/** The nodes that an order is for, each with the agent that gets its job. */
async function chosen(run: Run, task: JobWork["task"], { conditions: wanted }: Targeted): Promise<Chosen> {
  const conditions = wanted.copy();
  const asked = `${conditions.value(task)}::text`;
  const [row] = await run<Chosen>(
    `with wanted as materialized (
       select n.id, n.name, n.state from nodes n ${conditions.where}
     ), chosen as materialized (
       select w.id, w.name, w.state, a.id as agent_id
       from wanted w left join lateral (
         select a.id from agents a left join agent_contacts c on c.agent_id = a.id
         where a.node_id = w.id and a.family = 'inventory' and coalesce(a.attributes ->> 'program', '') not ilike 'OCS%'
         order by ${HAS(asked)}, c.last_seen desc nulls last, a.created_at desc, a.id limit 1
       ) a on w.state = 'active'
     )
     select coalesce((select array_agg(agent_id::text order by name, id) from chosen where agent_id is not null), '{}') as agents,
            (select count(*)::int from chosen where agent_id is null) as "leftCount",
            (select coalesce(jsonb_agg(l), '[]') from (
               select id as "nodeId", name, case when state = 'active' then 'no-agent' else 'not-active' end as why
               from chosen where agent_id is null order by name, id limit ${MOST_LEFT}) as l) as left`,
    conditions.values,
  );
  if (row === undefined) throw new Error("a select returned no row");
  return row;
}

const NEWEST = `
  select a.name, v.number, v.id from artifacts a join channels c on c.artifact_id = a.id join artifact_versions v on v.id = c.version_id
  where a.kind = $1 and a.name_key = $2`;
const VERSION = `
  select v.id, v.number from artifacts a join artifact_versions v on v.artifact_id = a.id
  join package_versions p on p.version_id = v.id
  where a.kind = $1 and a.name_key = $2 and v.number = $3 for key share of p`;

/** A deployment is of one version, whatever is published later. @throws not-found */
async function pinned(run: Run, work: JobWork): Promise<{ work: JobWork; packageVersionId: string | null }> {
  if (work.task !== "deploy") return { work, packageVersionId: null };
  const { package: said, version }: DeploySpec = work.spec;
  const [newest] = await run<{ name: string; number: number; id: string }>(NEWEST, [DEPLOY_PACKAGE, keyOf(said)]);
  if (newest === undefined) throw notFound(`There is no package ${quoted(said)}.`);
  const number = version ?? newest.number;
  const [found] = await run<{ id: string }>(VERSION, [DEPLOY_PACKAGE, keyOf(said), number]);
  if (found === undefined) throw notFound(`The package ${quoted(newest.name)} has no version ${number}.`);
  return { work: { task: "deploy", spec: { package: newest.name, version: number } }, packageVersionId: found.id };
}

/** @throws not-found; request-malformed for one of another kind */
async function checkCredentials(run: Run, work: JobWork): Promise<void> {
  const needed = credentialsOf(work);
  if (needed.length === 0) return;
  const rows = await run<{ name: string; kind: string }>("select name, kind from credentials where name = any($1)", [
    needed.map(({ name }) => nameToFind(name)),
  ]);
  const kinds = new Map(rows.map(({ name, kind }) => [name, kind]));
  for (const { name, kind } of needed) {
    const found = kinds.get(name);
    if (found === undefined) throw notFound(`There is no credential ${quoted(name)}.`);
    if (found !== kind)
      throw new GatehouseError(
        "request-malformed",
        `The credential ${quoted(name)} is of kind ${found}; a ${kind} is needed.`,
      );
  }
}

import type { Probe } from "./probe.js";
import type { ReportsSettings } from "./settings.js";

const DAY_MS = 86_400_000;

// The rows that the gateway made of two reports are the patterns of all others: so they are as wide as real ones.
const TAKE_PATTERNS = [
  `create unlogged table bench_patterns as
   select (row_number() over (order by id) - 1)::int as n, status, protocol, state, parts, started_at, ended_at,
          hung_at - first_at as hung_after, id as report_id from reports`,
  `create unlogged table bench_pattern_events as
   select p.n, e.seq, e.resource, e.type, e.status, e.message, e.seconds, e.detail
   from bench_patterns p join report_events e on e.report_id = p.report_id`,
  `create unlogged table bench_agents as
   select substr(n.name, 5)::int as n, a.id from nodes n join agents a on a.node_id = n.id`,
  "alter table bench_agents add primary key (n)",
  "analyze bench_agents",
  "truncate submissions, reports, report_events, agent_reports",
];

/** One in twenty has drifted, another one of each agent's. `m` counts the reports of the whole fleet, oldest first. */
const REPORTS_OF_A_DAY = `
  insert into reports (agent_id, protocol, run, status, first_at, last_at, last_submission, started_at, ended_at, hung_at, state, parts)
  select a.id, p.protocol, md5('run-' || m)::uuid::text, p.status, at, at, m, p.started_at, p.ended_at, at + p.hung_after, p.state,
         jsonb_build_array(p.parts -> 0 || jsonb_build_object('id', m::text, 'at', (extract(epoch from at) * 1000)::bigint, 'sha', md5(m::text)))
  from generate_series($1::int, $2::int) as m
  cross join lateral (select date_trunc('milliseconds', $3::timestamptz - ($4::int - m) * $5::float8 * interval '1 millisecond')) as t (at)
  join bench_agents a on a.n = (m::bigint * 7919) % $6::int
  join bench_patterns p on p.n = (case when (m + m / $6::int) % 20 = 0 then 1 else 0 end)
  order by m`;

const EVENTS_OF_A_DAY = `
  insert into report_events (at, report_id, seq, resource, type, status, message, seconds, detail)
  select r.first_at, r.id, e.seq, e.resource, e.type, e.status, e.message, e.seconds, e.detail
  from reports r join bench_patterns p on p.status = r.status join bench_pattern_events e on e.n = p.n
  where r.last_submission between $1 and $2 and r.first_at between $3 and $4
  order by r.id, e.seq`;

const LATEST = `
  insert into agent_reports (agent_id, report_id, status, at)
  select distinct on (agent_id) agent_id, id, status, first_at from reports order by agent_id, first_at desc, id desc`;

/** How the reports lie in time; `m` counts them from 1. */
interface Plan {
  readonly total: number;
  readonly end: Date;
  readonly stepMs: number;
}

/**
 * Spreads reports of all nodes over the past days, in the order of time as they would have come, each node's as far
 * apart as can be. There must be two processed reports: one of a node that is as it should be, then one that drifted.
 * @returns how many reports there are
 */
export async function makeHistory(probe: Probe, settings: ReportsSettings): Promise<number> {
  const { nodes, reportsPerNode, days } = settings;
  for (const statement of TAKE_PATTERNS) await probe.query(statement);
  const total = nodes * reportsPerNode;
  const plan: Plan = { total, end: new Date(), stepMs: (days * DAY_MS) / total };
  await makePartitions(probe, plan.end, days);
  for (let day = 0; day < days; day++) {
    const from = Math.floor((total * day) / days) + 1;
    const to = Math.floor((total * (day + 1)) / days);
    await probe.query(REPORTS_OF_A_DAY, [from, to, plan.end, total, plan.stepMs, nodes]);
    // The range of times lets PostgreSQL find them by an index; a millisecond more for the rounding.
    const at = (m: number, more: number) => new Date(plan.end.getTime() - (total - m) * plan.stepMs + more);
    await probe.query(EVENTS_OF_A_DAY, [from, to, at(from, -2), at(to, 2)]);
  }
  await probe.query(LATEST);
  await probe.query("drop table bench_patterns, bench_pattern_events, bench_agents");
  await probe.tidy();
  return total;
}

/** Those of the past days, as the gateway would have made them ahead. */
async function makePartitions(probe: Probe, end: Date, days: number): Promise<void> {
  for (let i = 0; i <= days; i++) {
    const day = (back: number) => new Date(end.getTime() - back * DAY_MS).toISOString().slice(0, 10);
    const name = `report_events_${day(i).replaceAll("-", "")}`;
    await probe.query(
      `create table if not exists ${name} partition of report_events for values from ('${day(i)} 00:00+00') to ('${day(i - 1)} 00:00+00')`,
    );
  }
}

import type { Probe } from "../reports/probe.js";

/** Keeps the bytes of one report that came, before the history is made in its place. */
export async function takeSubmission(probe: Probe): Promise<void> {
  await probe.query(
    "create unlogged table bench_submission as select kind, coding, size, body from submissions order by id limit 1",
  );
}

/** Gives each report of the history the bytes that it would have come in. */
export async function keepSubmissions(probe: Probe): Promise<void> {
  const days = await probe.query<{ day: string }>(
    "select distinct to_char(first_at at time zone 'UTC', 'YYYY-MM-DD') as day from reports order by 1",
  );
  for (const { day } of days) {
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await probe.query(
      `create table if not exists submissions_${day.replaceAll("-", "")} partition of submissions for values from ('${day} 00:00+00') to ('${next} 00:00+00')`,
    );
    await probe.query(
      `insert into submissions (id, accepted_at, agent_id, kind, coding, size, body)
       select r.last_submission, r.first_at, r.agent_id, s.kind, s.coding, s.size, s.body
       from reports r cross join bench_submission s
       where r.first_at >= ($1 || ' 00:00+00')::timestamptz and r.first_at < ($2 || ' 00:00+00')::timestamptz`,
      [day, next],
    );
  }
  await probe.query("select setval('submissions_id', (select max(last_submission) from reports) + 1)");
  await probe.query("drop table bench_submission");
  await probe.tidy();
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Database } from "./database.js";
import { createNodeRegistry } from "./nodes/registry.js";
import { dropPartitions, makePartitions } from "./partitions.js";
import { createReports } from "./reports/reports.js";
import { dropOldAuditEvents, dropOldDeadLetters, dropOldReports } from "./retention.js";
import { count, useDatabase } from "./store.test.helper.js";
import { createSubmissions } from "./submissions/accept.js";
import { createDeadLetters } from "./submissions/dead-letters.js";
import { createInbox } from "./submissions/inbox.js";
import { drain, LIMITS, lineOf, newAgent, say } from "./submissions/reporting.test.helper.js";

const house = useDatabase();
const DAY_MS = 86_400_000;
const FAR = new Date("2100-01-01T00:00:00Z");
const HOURS = { "the first moment": 0, noon: DAY_MS / 2, "the last moment": DAY_MS - 1 } as const;
let inbox: ReturnType<typeof createInbox>;
let agentId = "";
let nodeId = "";

beforeAll(() => {
  inbox = createInbox(house.db);
});
afterAll(() => inbox.close());
beforeEach(async () => {
  await house.db.run("delete from nodes");
  for (const table of ["inbox", "dead_letters"]) await house.db.run(`delete from ${table}`);
  await dropPartitions(house.db, FAR);
  ({ agentId, nodeId } = await newAgent(house.db));
});

/** Midnight of today, by UTC and the database's clock. */
async function midnight(): Promise<number> {
  const [row] = await house.db.run<{ now: Date }>("select now()");
  return Date.parse((row?.now ?? new Date(0)).toISOString().slice(0, 10));
}

/** What a test finds out; again, should the day have ended under it. */
async function withinOneDay<T>(work: (today: number) => Promise<T>): Promise<T> {
  for (;;) {
    const today = await midnight();
    const result = await work(today);
    if ((await midnight()) === today) return result;
    await house.db.run("delete from nodes");
    await dropPartitions(house.db, FAR);
    ({ agentId, nodeId } = await newAgent(house.db));
  }
}

/** Hands in what an agent says as if it had been accepted at this time; it waits in the inbox. */
async function acceptAt(at: Date, body: Buffer): Promise<void> {
  await makePartitions(house.db, [at]);
  await createSubmissions(house.db).accept({ agentId, kind: "test", body });
  const [row] = await house.db.run<{ id: string }>(
    "update inbox set accepted_at = $1 where id = (select max(id) from inbox) returning id",
    [at],
  );
  await house.db.run("update submissions set accepted_at = $1 where id = $2", [at, row?.id]);
}

async function reportAt(at: Date, run: string): Promise<void> {
  await acceptAt(at, say({ run, outcome: "success", events: [lineOf(`of ${run}`)] }));
  await drain(inbox);
}

/** A report at the first and the last moment of each of these days, so many days ago. */
async function reportsOf(today: number, days: readonly number[]): Promise<void> {
  for (const day of days) {
    for (const [name, offset] of Object.entries(HOURS)) {
      await reportAt(new Date(today - day * DAY_MS + offset), `day ${day}, ${name}`);
    }
  }
}

/** Which days still have what, so many days ago. */
async function left(today: number): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const [table, column] of [
    ["reports", "first_at"],
    ["report_events", "at"],
    ["submissions", "accepted_at"],
  ]) {
    const rows = await house.db.run<{ at: Date }>(
      `select distinct date_trunc('day', ${column} at time zone 'UTC') at time zone 'UTC' as at from ${table} order by 1`,
    );
    found[table ?? ""] = rows.map(({ at }) => (today - at.getTime()) / DAY_MS);
  }
  return found;
}
const onAll = (days: number[]) => ({ reports: days, report_events: days, submissions: days });

describe("dropOldReports", () => {
  it.each([1, 2, 5])(
    "keeps %i days: a day goes when it has ended so many days ago, and not when it began then",
    async (days) => {
      const { dropped, before, after } = await withinOneDay(async (today) => {
        await reportsOf(today, [7, 6, 5, 4, 3, 2, 1]);
        const all = await left(today);
        return { before: all, dropped: await dropOldReports(house.db, days), after: await left(today) };
      });
      expect(before).toEqual(onAll([7, 6, 5, 4, 3, 2, 1]));
      // Yesterday ended today: not yet a day ago. The day before yesterday ended yesterday's midnight, or earlier.
      const kept = [7, 6, 5, 4, 3, 2, 1].filter((day) => day - 1 < days);
      expect(after).toEqual(onAll(kept));
      expect(dropped.reports).toBe((7 - kept.length) * 3);
      expect(dropped.partitions).toHaveLength((7 - kept.length) * 2);
    },
  );

  it("never touches yesterday and today with a retention of a day", async () => {
    const after = await withinOneDay(async (today) => {
      await reportsOf(today, [1]);
      await reportAt(new Date(today), "today");
      await dropOldReports(house.db, 1);
      return left(today);
    });
    expect(after).toEqual(onAll([1, 0]));
  });

  it("counts days of 24 hours by UTC, whatever happened in the session's time zone since", async () => {
    // Samoa went from one side of the date line to the other: its local calendar lacks the 30th of December 2011.
    const name = new URL(house.url).pathname.slice(1);
    await house.db.run(`alter database ${name} set timezone = 'Pacific/Apia'`);
    const samoa = await Database.open({ url: house.url });
    const kept = await withinOneDay(async (today) => {
      const days = Math.round((today - Date.UTC(2011, 10, 20)) / DAY_MS);
      await reportAt(new Date(today - days * DAY_MS), "kept");
      await reportAt(new Date(today - days * DAY_MS - 1), "dropped");
      await dropOldReports(samoa, days);
      return (await createReports(house.db).list({}, { limit: 9 })).reports.map(({ run }) => run);
    });
    await samoa.close();
    await house.db.run(`alter database ${name} reset timezone`);
    expect(kept).toEqual(["kept"]);
  });

  it("takes the pointers to what goes, and leaves those to what stays", async () => {
    const latest = async () => (await createNodeRegistry(house.db).find(nodeId))[0]?.agents[0]?.latestReport;
    await withinOneDay(async (today) => {
      await reportAt(new Date(today - 9 * DAY_MS), "old");
      await reportAt(new Date(today - 1 * DAY_MS), "new");
    });
    const kept = await latest();
    await dropOldReports(house.db, 5);
    expect(await latest()).toEqual(kept);
    await house.db.run("update reports set first_at = first_at - interval '9 days'");
    await dropOldReports(house.db, 5);
    expect(await latest()).toBeNull();
    expect(await count(house.db, "agent_reports")).toBe(0);
  });

  it("goes by a report's first word: the days of its later ones go when they are due", async () => {
    const after = await withinOneDay(async (today) => {
      await acceptAt(new Date(today - 9 * DAY_MS), say({ run: "long", startedAt: "2020-01-01T00:00:00Z" }));
      await acceptAt(new Date(today - 2 * DAY_MS), say({ run: "long", outcome: "success", events: [lineOf("late")] }));
      await drain(inbox);
      await dropOldReports(house.db, 5);
      return left(today);
    });
    expect(after).toEqual({ reports: [], report_events: [], submissions: [2] });
  });

  it("keeps the days of what still waits in the inbox", async () => {
    const { waiting, over } = await withinOneDay(async (today) => {
      await reportsOf(today, [9, 8, 7, 6]);
      await acceptAt(new Date(today - 8 * DAY_MS + HOURS.noon), say({ run: "waits" }));
      await dropOldReports(house.db, 2);
      const before = await left(today);
      const [still] = await drain(inbox);
      expect(JSON.parse(Buffer.from(still?.body ?? "").toString())).toEqual({ run: "waits" });
      await dropOldReports(house.db, 2);
      return { waiting: before, over: await left(today) };
    });
    expect(waiting).toEqual(onAll([8, 7, 6]));
    expect(over).toEqual(onAll([]));
  });

  it("keeps dead letters whole, which can still be re-driven", async () => {
    await withinOneDay(async (today) => {
      await house.db.run("delete from dead_letters");
      await acceptAt(new Date(today - 9 * DAY_MS), Buffer.from("poison"));
      await drain(inbox);
      await dropOldReports(house.db, 2);
    });
    expect(await count(house.db, "submissions")).toBe(0);
    const letters = createDeadLetters(house.db);
    const [letter] = (await letters.list({ limit: 9 })).deadLetters;
    expect((await letters.body(letter?.id ?? ""))?.toString()).toBe("poison");
    await letters.redriveAll();
    const claim = await inbox.claim(LIMITS);
    expect(Buffer.from(claim?.submissions[0]?.body ?? "").toString()).toBe("poison");
    // While it waits, the rest of its day would be kept for it; it needs none of that.
    await dropOldReports(house.db, 2);
    await claim?.settle(
      claim.submissions.map((submission) => ({
        submission,
        facts: [{ fact: "report", protocol: "test", run: "mended", said: { events: [lineOf("a")] } }],
      })),
    );
    await claim?.release();
    expect(await createReports(house.db).findRun(agentId, "mended")).toMatchObject({ counts: { ok: 1 } });
    expect(await dropOldReports(house.db, 2)).toMatchObject({ reports: 1 });
  });

  it("is done in steps when there is much, and finds nothing the second time", async () => {
    // As the database believes after all reports have gone: that there are none.
    await house.db.run("vacuum (analyze, truncate off) reports");
    await house.db.run(
      `insert into reports (agent_id, protocol, run, status, first_at, last_at, last_submission, state, parts)
       select $1, 'test', 'run ' || n, 'success', now() - interval '9 days', now(), n, '{}', '[]' from generate_series(1, 12345) n`,
      [agentId],
    );
    expect(await dropOldReports(house.db, 5)).toEqual({ reports: 12_345, partitions: [] });
    expect(await dropOldReports(house.db, 5)).toEqual({ reports: 0, partitions: [] });
  });

  it("may be done by two at once", async () => {
    await withinOneDay((today) => reportsOf(today, [9, 8, 1]));
    const rounds = await Promise.all([dropOldReports(house.db, 5), dropOldReports(house.db, 5)]);
    expect(rounds[0].reports + rounds[1].reports).toBe(6);
    expect(await count(house.db, "reports")).toBe(3);
    expect(await count(house.db, "report_events")).toBe(3);
  });
});

describe("dropOldDeadLetters", () => {
  it("deletes what failed too long ago, unless it is being driven again", async () => {
    await makePartitions(house.db);
    for (const text of ["old", "driven", "young"])
      await createSubmissions(house.db).accept({ agentId, kind: "test", body: Buffer.from(text) });
    await drain(inbox);
    const [old, driven, young] = (await createDeadLetters(house.db).list({ limit: 9 })).deadLetters
      .map(({ id }) => id)
      .toReversed();
    const age = (id: string | undefined, hours: number) =>
      house.db.run("update dead_letters set failed_at = now() - make_interval(hours => $2) where id = $1", [id, hours]);
    await age(old, 24 * 5 + 1);
    await age(driven, 24 * 9);
    await age(young, 24 * 5 - 1);
    await createDeadLetters(house.db).redrive(driven ?? "");
    expect(await dropOldDeadLetters(house.db, 5)).toBe(1);
    expect(await house.db.run("select id from dead_letters order by id")).toEqual([{ id: driven }, { id: young }]);
    expect(await dropOldDeadLetters(house.db, 5)).toBe(0);
  });
});

describe("dropOldAuditEvents", () => {
  it("forgets what was done too long ago, however much, and nothing younger", async () => {
    await house.db.run(
      `insert into audit_events (at, actor, action, subject)
       select now() - make_interval(hours => 24 * 5 + 1), 'ada', 'old', 's' from generate_series(1, 5001)`,
    );
    await house.db.run(
      "insert into audit_events (at, actor, action, subject) values (now() - make_interval(hours => 24 * 5 - 1), 'ada', 'young', 's')",
    );
    expect(await dropOldAuditEvents(house.db, 5)).toBe(5001);
    expect(await count(house.db, "audit_events where action in ('old', 'young')")).toBe(1);
    expect(await dropOldAuditEvents(house.db, 5)).toBe(0);
  });
});

import type { AuditFilter } from "@gatehouse/core/audit";
import { beforeAll, describe, expect, it } from "vitest";
import { createAuditLog } from "./audit-log.js";
import { count, useDatabase } from "./store.test.helper.js";
import { watched } from "./submissions/reporting.test.helper.js";

const house = useDatabase();
const log = () => createAuditLog(house.db);
const second = (n: number) => new Date(Date.UTC(2020, 1, 29, 12) + n * 1_000);
const ACTORS = ["ann", "bob", "ann's brother"];
const ACTIONS = ["node.label", "node.purge", "node", "nodes.list", "key_add"];

/** 60 events, five of them in one second. */
beforeAll(async () => {
  for (let i = 0; i < 60; i++) {
    await log().record({
      actor: ACTORS[i % 3] ?? "",
      action: ACTIONS[i % 5] ?? "",
      subject: `thing ${i % 4}`,
      detail: { i },
    });
  }
  await house.db.run("update audit_events set at = $1::timestamptz + make_interval(secs => (detail->>'i')::int / 5)", [
    second(0),
  ]);
});

async function all(filter: AuditFilter, limit: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof log>["list"]>> = await log().list(
      filter,
      after === null ? { limit } : { limit, after },
    );
    expect(page.events.length).toBeLessThanOrEqual(limit);
    seen.push(...page.events.map(({ detail }) => detail["i"]));
    after = page.next;
  } while (after !== null);
  return seen;
}
const numbers = (keep: (i: number) => boolean) =>
  Array.from({ length: 60 }, (_, i) => i)
    .filter(keep)
    .toReversed();

describe("AuditLog.list", () => {
  it.each([1, 7, 59, 60, 61, 500])("pages through all, newest first, %i at a time", async (limit) => {
    expect(await all({}, limit)).toEqual(numbers(() => true));
  });

  it.each<[string, AuditFilter, (i: number) => boolean]>([
    ["actor, and no beginning of one", { actor: "ann" }, (i) => i % 3 === 0],
    ["actor with a quote", { actor: "ann's brother" }, (i) => i % 3 === 2],
    ["the beginning of an action", { action: "node." }, (i) => i % 5 < 2],
    ["a whole action", { action: "node.purge" }, (i) => i % 5 === 1],
    ["what LIKE would take for anything", { action: "key_" }, (i) => i % 5 === 4],
    ["nothing of an action", { action: "" }, () => true],
    ["an underscore that stands for itself", { action: "nod_" }, () => false],
    ["subject", { subject: "thing 3" }, (i) => i % 4 === 3],
    ["the first moment", { since: second(9) }, (i) => i >= 45],
    ["the last moment, which is not in it", { until: second(2) }, (i) => i < 10],
    [
      "everything at once",
      { actor: "bob", action: "node", subject: "thing 1", since: second(1), until: second(11) },
      (i) => i % 3 === 1 && i % 5 < 4 && i % 4 === 1 && i >= 5 && i < 55,
    ],
    ["what nobody did", { actor: "%" }, () => false],
    [
      "what PostgreSQL cannot hold, cleaned",
      { actor: "b\0ob", subject: "thing 1\0" },
      (i) => i % 3 === 1 && i % 4 === 1,
    ],
    ["nobody", { actor: "" }, () => false],
  ])("narrows by %s", async (_, filter, keep) => {
    for (const limit of [3, 500]) expect(await all(filter, limit)).toEqual(numbers(keep));
  });

  it.each(["", "!!!", Buffer.from('["name","00000000-0000-4000-8000-000000000000"]').toString("base64url")])(
    "refuses the cursor %j",
    async (after) => {
      await expect(log().list({}, { limit: 1, after })).rejects.toMatchObject({ code: "request-malformed" });
    },
  );

  it("loses nothing when the database's clock was set back between two acts", async () => {
    await house.db.run("update audit_events set at = $1::timestamptz - make_interval(secs => (detail->>'i')::int)", [
      second(0),
    ]);
    for (const limit of [1, 7, 500]) expect(await all({}, limit)).toEqual(numbers(() => true));
  });
});

describe("AuditLog.record", () => {
  it("keeps an act as it was said, at the database's time", async () => {
    const event = {
      actor: "ann",
      action: "node.label",
      subject: "'; drop table audit_events;--",
      detail: { a: [1, null, { b: "%" }] },
    };
    const [before] = await house.db.run<{ now: Date }>("select clock_timestamp() as now");
    await log().record(event);
    const [stored] = (await log().list({ subject: event.subject }, { limit: 1 })).events;
    expect(stored).toEqual({ ...event, id: expect.stringMatching(/^\d+$/), at: expect.any(Date) });
    expect((stored?.at ?? 0) >= (before?.now ?? 1)).toBe(true);
  });

  it("cleans what PostgreSQL cannot hold, and keeps __proto__ as data", async () => {
    const detail = JSON.parse('{"__proto__":{"x\\u0000":"y\\ud800"},"constructor":1}') as Record<string, unknown>;
    await log().record({ actor: "a\0", action: "b\0", subject: "c\ud800", detail });
    const [stored] = (await log().list({ actor: "a", action: "b", subject: "c\ufffd" }, { limit: 2 })).events;
    expect(JSON.stringify(stored?.detail)).toBe('{"__proto__":{"x":"y\ufffd"},"constructor":1}');
  });

  it("needs no detail", async () => {
    await log().record({ actor: "nobody", action: "b", subject: "c" });
    expect((await log().list({ actor: "nobody" }, { limit: 2 })).events).toMatchObject([{ detail: {} }]);
    expect(await count(house.db, "audit_events where detail is null")).toBe(0);
  });

  it("writes what comes at once in one statement, in its order, and waits for it", async () => {
    const { db, statements } = watched(house.db);
    const fleet = createAuditLog(db);
    const events = Array.from({ length: 200 }, (_, i) => ({ actor: "fleet", action: "b", subject: `${i}` }));
    await Promise.all(events.map((event) => fleet.record(event)));
    expect(statements).toEqual(["audit.record"]);
    const stored = (await fleet.list({ actor: "fleet" }, { limit: 500 })).events;
    expect(stored.map(({ subject }) => subject)).toEqual(events.map(({ subject }) => subject).toReversed());
  });

  it("loses none because of another that cannot be written", async () => {
    const all = log();
    const details = [{ a: 1 }, { b: 1n }, { c: 1 }];
    const settled = await Promise.allSettled(
      details.map((detail) => all.record({ actor: "mixed", action: "b", subject: "c", detail })),
    );
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await count(house.db, "audit_events where actor = 'mixed'")).toBe(2);
  });
});

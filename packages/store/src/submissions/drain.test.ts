import type { Waiting } from "@gatehouse/core/submissions";
import { beforeAll, describe, expect, it } from "vitest";
import { useOutage } from "../outage.test.helper.js";
import { makePartitions } from "../partitions.js";
import { count, until, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createDeadLetters } from "./dead-letters.js";
import { createInbox } from "./inbox.js";
import { newAgent, outcomeOf, say } from "./reporting.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);
const AGENTS = 20;
const EACH = 25;
const LIMITS = { most: 30, heavyBytes: 5_000, mostBytes: 1 << 30 };

beforeAll(() => makePartitions(house.db));

/** A worker that goes on until it is told that there is nothing more to come. */
async function work(
  inbox: ReturnType<typeof createInbox>,
  done: () => Promise<boolean>,
  settled: Waiting[],
): Promise<void> {
  for (;;) {
    const claim = await inbox.claim(LIMITS).catch(() => undefined);
    if (claim === undefined) {
      if (await done()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    try {
      await claim.settle(claim.submissions.map(outcomeOf));
      // Before the queues are let go: nobody can settle a later one of these agents until it is noted.
      settled.push(...claim.submissions);
    } catch {
      // Its connection broke; whoever claims next does it again.
    }
    await claim.release().catch(() => undefined);
  }
}

/** Hands in what each agent says, one after the other, all agents at once. @returns the runs of each agent */
async function handIn(agents: readonly string[], round: string): Promise<Map<string, string[]>> {
  const { accept } = createSubmissions(house.db);
  const all = agents.map(async (agentId, a) => {
    const runs: string[] = [];
    for (let i = 0; i < EACH; i++) {
      const run = `${round} ${i}`;
      const nth = a * EACH + i;
      // Every fiftieth is poison, and some are heavy.
      const body =
        nth % 50 === 49
          ? Buffer.from(`poison ${run}`)
          : say({ run, operation: "x".repeat(nth % 17 === 0 ? 8_000 : 10) });
      await accept({ agentId, kind: "test", body });
      if (nth % 50 !== 49) runs.push(run);
    }
    return [agentId, runs] as const;
  });
  return new Map(await Promise.all(all));
}

/** The runs of an agent in the order in which their reports were made: rows of one settlement come in its order. */
const reported = async (agentId: string, round: string) => {
  const rows = await house.db.run<{ run: string; parts: unknown[] }>(
    "select run, parts from reports where agent_id = $1 and run like $2 order by id",
    [agentId, `${round} %`],
  );
  expect(rows.every(({ parts }) => parts.length === 1)).toBe(true);
  return rows.map(({ run }) => run);
};

describe("two inboxes with two workers each, while 500 submissions of 20 agents come in", () => {
  const drainWhile = async (round: string, meanwhile: (accepting: () => boolean) => Promise<void>) => {
    const agents = await Promise.all(Array.from({ length: AGENTS }, async () => (await newAgent(house.db)).agentId));
    const inboxes = [createInbox(house.db), createInbox(house.db)];
    const settled: Waiting[] = [];
    let accepting = true;
    const done = async () => !accepting && (await count(house.db, "inbox")) === 0;
    const workers = [...inboxes, ...inboxes].map((inbox) => work(inbox, done, settled));
    const handedIn = handIn(agents, round).finally(() => {
      accepting = false;
    });
    await meanwhile(() => accepting);
    const said = await handedIn;
    await Promise.all(workers);
    for (const inbox of inboxes) await inbox.close();
    for (const [agentId, runs] of said) expect(await reported(agentId, round)).toEqual(runs);
    return settled;
  };

  it("processes every one exactly once, and those of one agent in the order of acceptance", async () => {
    const settled = await drainWhile("calm", async () => undefined);
    expect(settled).toHaveLength(AGENTS * EACH);
    expect(new Set(settled.map(({ id }) => id)).size).toBe(AGENTS * EACH);
    const last = new Map<string, bigint>();
    for (const { id, agentId } of settled) {
      expect(BigInt(id)).toBeGreaterThan(last.get(agentId) ?? 0n);
      last.set(agentId, BigInt(id));
    }
    expect(await count(house.db, "reports")).toBe(490);
  });

  it("keeps the poison as dead letters, whole and with its cause", async () => {
    const { deadLetters } = await createDeadLetters(house.db).list({ limit: 100 });
    expect(deadLetters).toHaveLength(10);
    for (const { id, failure } of deadLetters) {
      expect(failure).toMatchObject({ code: "request-malformed", message: expect.stringContaining("JSON") });
      expect((await createDeadLetters(house.db).body(id))?.toString()).toMatch(/^poison calm \d+$/);
    }
  });

  it("does so too while the workers' connections break again and again", async () => {
    let broken = 0;
    await drainWhile("storm", async (accepting) => {
      while (accepting()) {
        await outage.terminate("gatehouse-inbox");
        broken++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(broken).toBeGreaterThan(0);
    expect(await count(house.db, "reports")).toBe(980);
    expect(await count(house.db, "dead_letters")).toBe(20);
    const locks =
      "pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
    await until("the queues are free", async () => (await count(house.db, locks)) === 0);
  });
});

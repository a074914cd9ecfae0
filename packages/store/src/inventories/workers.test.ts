import type { Claim } from "@gatehouse/core/submissions";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { houseOf, said } from "../nodes/identity.test.helper.js";
import { makePartitions } from "../partitions.js";
import type { Run } from "../session.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { LIMITS } from "../submissions/reporting.test.helper.js";
import { idsOf } from "./entries.js";
import { inventory, rules } from "./inventories.test.helper.js";
import { dropUnusedEntries } from "./sweep.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
let workers: ReturnType<typeof createInbox>[];
beforeAll(async () => {
  await makePartitions(database.db);
  house = houseOf(database.db);
  workers = Array.from({ length: 4 }, () => createInbox(database.db, undefined, rules));
});
afterAll(() => Promise.all(workers.map((worker) => worker.close())));
beforeEach(async () => {
  await database.db.run("delete from nodes");
  await database.db.run("delete from inventory_entries");
});

const packages = (from: number) => Array.from({ length: 40 }, (_, i) => ({ name: `package ${from + i}` }));

/** What the agents of this test say: a number from which their packages count, of their own machine or of a host. */
function factOf(submission: Claim["submissions"][number]) {
  const { from, host }: { from: number; host?: string } = JSON.parse(Buffer.from(submission.body).toString());
  const softwares = from % 2 ? packages(from) : packages(from).toReversed();
  if (host === undefined) return inventory({ softwares });
  const evidence = [said("name", host), said("serial", `SER-${host}`)];
  return inventory({ softwares }, { of: "collected", deviceId: host, name: host, evidence });
}

/** Works until nothing waits, as the loop does: what fails is tried again. */
async function work(worker: ReturnType<typeof createInbox>) {
  for (;;) {
    const claim = await worker.claim({ ...LIMITS, most: 5 });
    if (claim === undefined) return;
    await claim
      .settle(claim.submissions.map((submission) => ({ submission, facts: [factOf(submission)] })))
      .finally(() => claim.release());
  }
}
const accept = (agentId: string, what: object) =>
  createSubmissions(database.db).accept({ agentId, kind: "test", body: Buffer.from(JSON.stringify(what)) });

describe("several workers at once", () => {
  it("store the same new entries once, while others are swept, and every inventory is found by all of its own", async () => {
    const agents = await Promise.all(
      Array.from({ length: 12 }, (_, i) => house.knock({ family: "inventory", alias: `a${i}` })),
    );
    for (let v = 0; v < 3; v++)
      for (const [i, { agentId }] of agents.entries()) await accept(agentId, { from: v * 30 + i });
    let done = false;
    const sweeping = (async () => {
      while (!done) await dropUnusedEntries(database.db);
    })();
    await Promise.all(workers.map(work)).finally(() => {
      done = true;
    });
    await sweeping;
    expect(await count(database.db, "inbox")).toBe(0);
    // Nobody refers to what was swept, and nothing stands there twice.
    const rows = await database.db.run<{ n: number; names: number }>(
      `select cardinality(s.entries) as n, (select count(distinct e.entry)::int from inventory_entries e where e.id = any(s.entries)) as names
       from inventory_sections s`,
    );
    expect(rows).toEqual(agents.map(() => ({ n: 40, names: 40 })));
    expect(
      await count(database.db, "(select entry from inventory_entries group by entry having count(*) > 1) as twice"),
    ).toBe(0);
  });

  it("never wait for each other, whatever new entries they bring in which order", async () => {
    const { db } = database;
    const bring = (run: Run, name: string) => idsOf(run, [{ section: "softwares", json: JSON.stringify({ name }) }]);
    const waiting = async () => {
      while ((await count(db, "pg_locks where not granted")) === 0);
    };
    await db
      .transaction(async (run) => {
        await bring(run, "a");
        let other: Promise<unknown> = Promise.resolve();
        const began = new Promise<void>((resolve) => {
          other = db.transaction(async (its) => {
            await bring(its, "b");
            resolve();
            await bring(its, "a");
          });
        });
        // Where it does not wait, it has added what comes next here.
        await Promise.race([began, waiting()]);
        await bring(run, "b");
        return () => other;
      })
      .then((end) => end());
    expect(await count(db, "inventory_entries")).toBe(2);
  });

  it("make one node of a host that several agents collected, where they may", async () => {
    const agent = await house.knock({ evidence: [said("name", "esx1"), said("serial", "SER-esx1")] });
    const collectors = await Promise.all(
      Array.from({ length: 4 }, (_, i) => house.knock({ family: "inventory", alias: `c${i}` })),
    );
    for (let v = 0; v < 3; v++) for (const { agentId } of collectors) await accept(agentId, { from: v, host: "esx1" });
    await Promise.all(workers.map(work));
    const rows = await database.db.run("select distinct node_id from inventories where is_collected");
    expect(rows).toEqual([{ node_id: agent.nodeId }]);
    expect(await count(database.db, "inventories where is_collected")).toBe(4);
  });
});

describe("a worker that dies on its way", () => {
  it("leaves nothing of a batch, and the next one stores all of it once", async () => {
    const { agentId } = await house.knock({ family: "inventory" });
    await accept(agentId, { from: 1 });
    await accept(agentId, { from: 2, host: "esx1" });
    const [worker, next] = workers;
    const claim = await worker?.claim(LIMITS);
    const facts = (claim?.submissions ?? []).map((submission) => ({ submission, facts: [factOf(submission)] }));
    // The server ends its connection when all is written and nothing committed.
    await database.db.run(
      `create function test_dies() returns trigger language plpgsql as $$ begin
         perform pg_terminate_backend(pg_backend_pid()); return null; end $$`,
    );
    await database.db.run(
      "create trigger test_dies after delete on inbox for each statement execute function test_dies()",
    );
    await expect(claim?.settle(facts)).rejects.toThrow();
    await claim?.release();
    await database.db.run("drop trigger test_dies on inbox");
    await database.db.run("drop function test_dies");
    for (const table of ["inventories", "inventory_entries", "node_evidence"])
      expect(await count(database.db, table)).toBe(0);
    expect([await count(database.db, "nodes"), await count(database.db, "inbox")]).toEqual([1, 2]);
    if (next !== undefined) await work(next);
    expect([await count(database.db, "inventories"), await count(database.db, "nodes")]).toEqual([2, 2]);
  });
});

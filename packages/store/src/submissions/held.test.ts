import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeIdentity } from "../nodes/identity.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { dropPartitions, makePartitions } from "../partitions.js";
import { dropOldReports } from "../retention.js";
import { count, enrolmentOf, until, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createDeadLetters } from "./dead-letters.js";
import { createHeldSubmissions, MOST_HELD } from "./held.js";
import { createInbox } from "./inbox.js";
import { drain, finish, LIMITS, say, watched } from "./reporting.test.helper.js";

const house = useDatabase();
let released = 0;
const registry = () => createNodeRegistry(house.db, () => released++);
const newcomer = (quarantined = true) => registry().enrol(enrolmentOf(randomUUID(), { quarantined }));
const submission = (agentId: string, run: string, held = true) => ({ agentId, kind: "test", body: say({ run }), held });
const accept = (agentId: string, run: string) => createSubmissions(house.db).accept(submission(agentId, run));
const held = () => count(house.db, "submissions where held");
const waiting = () => count(house.db, "inbox");
const runsOf = (seen: readonly { readonly body: Uint8Array }[]) =>
  seen.map(({ body }) => JSON.parse(Buffer.from(body).toString()).run);
/** Processes what there is. @returns the runs, in their order */
async function processed(): Promise<string[]> {
  const inbox = createInbox(house.db);
  const seen = await drain(inbox);
  await inbox.close();
  return runsOf(seen);
}

beforeEach(async () => {
  await makePartitions(house.db);
  released = 0;
});
afterEach(async () => {
  await house.db.run("delete from inbox");
  await house.db.run("delete from submissions");
  await house.db.run("delete from dead_letters");
});

describe("what an agent in quarantine hands in", () => {
  it("is stored whole, and not processed", async () => {
    const { agentId } = await newcomer();
    let told = 0;
    const body = Buffer.from("x".repeat(1_000));
    await createSubmissions(house.db, () => told++).accept({
      ...submission(agentId, "r"),
      body,
      context: { of: "own" },
    });
    expect([await held(), await waiting(), told]).toEqual([1, 0, 0]);
    expect(await processed()).toEqual([]);
    const [row] = await house.db.run("select kind, coding, size, context from submissions");
    expect(row).toEqual({ kind: "test", coding: "deflate", size: 1_000, context: { of: "own" } });
  });

  it("is counted by agent", async () => {
    const [one, other, none] = [await newcomer(), await newcomer(), await newcomer()];
    await registry().setState(none.nodeId, "active", "ann");
    for (const { agentId } of [one, one, other, none]) await accept(agentId, "r");
    const counts = (...agents: { agentId: string }[]) =>
      createHeldSubmissions(house.db).counts(agents.map(({ agentId }) => agentId));
    expect([...(await counts(one, other, none))].toSorted()).toEqual(
      [[one.agentId, 2] as const, [other.agentId, 1] as const].toSorted(),
    );
    expect([(await counts(none)).size, (await counts()).size]).toEqual([0, 0]);
  });

  it("is processed in the order of acceptance once an operator lets it in, before what comes then", async () => {
    const { agentId, nodeId } = await newcomer();
    for (let n = 0; n < 5; n++) await accept(agentId, `r${n}`);
    expect(await registry().setState(nodeId, "active", "ann")).toBe(true);
    expect([released, await held(), await waiting()]).toEqual([1, 0, 5]);
    await accept(agentId, "later");
    expect(await processed()).toEqual(["r0", "r1", "r2", "r3", "r4", "later"]);
    expect(await count(house.db, "reports where agent_id = $1", [agentId])).toBe(6);
    // A second word of the operator finds nothing more.
    await registry().setState(nodeId, "active", "ann");
    expect([released, await waiting()]).toEqual([1, 0]);
  });

  it("is gone when its node is let in and nobody vouches for it, and nothing else is", async () => {
    const [{ agentId, nodeId }, other] = [await newcomer(), await newcomer()];
    await accept(agentId, "before");
    await accept(other.agentId, "other");
    expect(await registry().setState(nodeId, "active", "enrolment", "dropped")).toBe(true);
    await createSubmissions(house.db).accept(submission(agentId, "later", false));
    expect([released, await held(), await processed()]).toEqual([0, 1, ["later"]]);
    // Said of a node that is not let in, it throws nothing away.
    expect(await registry().setState(other.nodeId, "deactivated", "ann", "dropped")).toBe(true);
    expect(await held()).toBe(1);
  });

  it("goes on waiting where an operator took its node out of service while its agent was being let out", async () => {
    const { agentId, nodeId } = await newcomer();
    await accept(agentId, "before");
    await registry().setState(nodeId, "deactivated", "ann");
    expect(await registry().setState(nodeId, "active", "enrolment", "dropped")).toBe(false);
    const [node] = await registry().find(nodeId);
    expect([node?.state, node?.stateBy, await held()]).toEqual(["deactivated", "ann", 1]);
  });

  it("goes on waiting when its node is taken out of service, and is heard when that is taken back", async () => {
    const { agentId, nodeId } = await newcomer();
    await accept(agentId, "before");
    await registry().setState(nodeId, "deactivated", "ann");
    expect([await held(), await waiting()]).toEqual([1, 0]);
    await expect(accept(agentId, "meanwhile")).rejects.toMatchObject({ code: "forbidden" });
    await registry().setState(nodeId, "active", "ann");
    expect(await processed()).toEqual(["before"]);
  });

  it("goes with its node when that is purged, and with nobody else's", async () => {
    const [gone, stays] = [await newcomer(), await newcomer()];
    await accept(gone.agentId, "gone");
    await accept(stays.agentId, "stays");
    await registry().purge(gone.nodeId);
    expect(await count(house.db, "submissions where agent_id = $1", [gone.agentId])).toBe(0);
    expect(await held()).toBe(1);
  });

  it("is ten submissions and no more, of each agent, also of those that come at once", async () => {
    const { agentId } = await newcomer();
    const results = await Promise.allSettled(Array.from({ length: MOST_HELD + 5 }, (_, n) => accept(agentId, `r${n}`)));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(5);
    for (const reason of refused)
      expect(reason).toMatchObject({ code: "forbidden", detail: expect.stringContaining("at most 10") });
    expect(await held()).toBe(MOST_HELD);
    const other = await newcomer();
    await accept(other.agentId, "another's");
    expect(await held()).toBe(MOST_HELD + 1);
  });

  it("is one like any other when it was let in since it was looked up, or is gone", async () => {
    const known = await newcomer();
    await registry().setState(known.nodeId, "active", "policy");
    await accept(known.agentId, "r");
    await accept(randomUUID(), "of nobody");
    expect([await held(), await waiting()]).toEqual([0, 2]);
  });

  it("is refused when somebody proved meanwhile that the agent is another: it is dropped with what waited", async () => {
    const letIn = await newcomer();
    await registry().setState(letIn.nodeId, "active", "enrolment", "dropped");
    const known = await newcomer(false);
    for (const { agentId } of [letIn, known])
      await expect(accept(agentId, "on its way")).rejects.toMatchObject({ code: "unauthenticated" });
    expect([await held(), await waiting()]).toEqual([0, 0]);
  });

  it("is never left behind by who lets it in at that moment", async () => {
    for (let round = 0; round < 10; round++) {
      const { agentId, nodeId } = await newcomer();
      await Promise.all([accept(agentId, `r${round}`), registry().setState(nodeId, "active", "ann")]);
    }
    expect([await held(), await waiting()]).toEqual([0, 10]);
  });

  it("waits for who is letting it in, and sees what came of that", async () => {
    const { agentId, nodeId } = await newcomer();
    const waits =
      "pg_locks l join pg_database d on d.oid = l.database where not l.granted and d.datname = current_database()";
    const blocked = "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    const accepting = await house.db.transaction(async (run) => {
      await run("update nodes set state = 'active', state_by = 'ann' where id = $1", [nodeId]);
      const accepted = accept(agentId, "r");
      await until("it waits", async () => (await count(house.db, waits)) + (await count(house.db, blocked)) > 0);
      return { accepted };
    });
    await accepting.accepted;
    expect([await held(), await waiting()]).toEqual([0, 1]);
  });

  it("finds its day made when no scheduler ran for long", async () => {
    const { agentId } = await newcomer();
    await dropPartitions(house.db, new Date("2100-01-01T00:00:00Z"));
    await accept(agentId, "r");
    expect(await held()).toBe(1);
  });
});

describe("merging a node in quarantine", () => {
  const identity = () => createNodeIdentity(house.db, () => undefined);

  it("into one in use has what was handed in processed as that node's", async () => {
    const [inUse, other] = [await newcomer(false), await newcomer()];
    await accept(other.agentId, "r");
    const change = await identity().merge(inUse.nodeId, other.nodeId, "ann");
    expect([await held(), await waiting()]).toEqual([0, 1]);
    expect(await processed()).toEqual(["r"]);
    await identity().undo(change.id, "ann");
    expect((await registry().find(other.nodeId))[0]?.state).toBe("quarantined");
    await accept(other.agentId, "held again");
    expect([await held(), await waiting()]).toEqual([1, 0]);
  });

  it("takes nothing in that is in use, and another one in quarantine with what it handed in", async () => {
    const [inUse, one, two] = [await newcomer(false), await newcomer(), await newcomer()];
    await accept(two.agentId, "r");
    await expect(identity().merge(one.nodeId, inUse.nodeId, "ann")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("quarantined"),
    });
    await identity().merge(one.nodeId, two.nodeId, "ann");
    expect([await held(), await waiting()]).toEqual([1, 0]);
    await registry().setState(one.nodeId, "active", "ann");
    expect(await processed()).toEqual(["r"]);
  });

  it("out of service releases nothing", async () => {
    const [out, other] = [await newcomer(false), await newcomer()];
    await registry().setState(out.nodeId, "deactivated", "ann");
    await accept(other.agentId, "r");
    await expect(identity().merge(out.nodeId, other.nodeId, "ann")).rejects.toMatchObject({ code: "conflict" });
    expect([await held(), await waiting()]).toEqual([1, 0]);
  });
});

describe("other keepers of submissions", () => {
  it("retention takes a held one with its day, and what is let in afterwards is the rest", async () => {
    const { agentId, nodeId } = await newcomer();
    await accept(agentId, "old");
    await accept(agentId, "new");
    const day = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
    await makePartitions(house.db, [new Date(`${day}T12:00:00Z`)]);
    await house.db.run("update submissions set accepted_at = $1 where id = (select min(id) from submissions)", [
      new Date(`${day}T12:00:00Z`),
    ]);
    const { partitions } = await dropOldReports(house.db, 30);
    expect(partitions).toContain(`submissions_${day.replaceAll("-", "")}`);
    await registry().setState(nodeId, "active", "ann");
    expect(await processed()).toEqual(["new"]);
  });

  it("one that cannot be processed becomes a dead letter when it is let in, and is driven again", async () => {
    const { agentId, nodeId } = await newcomer();
    await createSubmissions(house.db).accept({ agentId, kind: "test", body: Buffer.from("no JSON"), held: true });
    await registry().setState(nodeId, "active", "ann");
    const inbox = createInbox(house.db);
    await finish(await inbox.claim(LIMITS));
    const letters = createDeadLetters(house.db);
    const [letter] = (await letters.list({ limit: 9 })).deadLetters;
    expect(letter).toMatchObject({ agentId, kind: "test", size: 7 });
    expect(await letters.redrive(letter?.id ?? "")).toBe(true);
    expect(await waiting()).toBe(1);
    await inbox.close();
  });

  it("ordinary ones go the way that they went: one statement, for as many as come", async () => {
    const { agentId } = await newcomer(false);
    const { db, statements } = watched(house.db);
    const { accept: acceptAll } = createSubmissions(db);
    await Promise.all(Array.from({ length: 20 }, (_, n) => acceptAll(submission(agentId, `r${n}`, false))));
    expect(statements).toEqual(["submissions.store"]);
  });
});

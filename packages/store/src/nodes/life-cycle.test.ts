import { beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { finish, hear, LIMITS, newAgent, say } from "../submissions/reporting.test.helper.js";
import { Contacts } from "./contacts.js";
import { createNodeLifeCycle } from "./life-cycle.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const lifeCycle = () => createNodeLifeCycle(house.db, registry().purge);
const HOUR = 3_600;

beforeEach(async () => {
  await makePartitions(house.db);
  await house.db.run("delete from nodes");
});

/** A node that was made, last changed its state, and was last heard of, so many hours ago; null: never. */
async function node(
  name: string,
  {
    state = "active",
    made = 100,
    since = 100,
    seen = 100,
  }: { state?: string; made?: number; since?: number; seen?: number | null },
) {
  const { nodeId, agentId } = await newAgent(house.db, name);
  await house.db.run(
    `update nodes set state = $2, created_at = now() - make_interval(hours => $3), state_since = now() - make_interval(hours => $4),
            state_by = 'somebody' where id = $1`,
    [nodeId, state, made, since],
  );
  await house.db.run("delete from agent_contacts where agent_id = $1", [agentId]);
  if (seen !== null)
    await house.db.run("insert into agent_contacts values ($1, now() - make_interval(hours => $2))", [agentId, seen]);
  return { nodeId, agentId };
}
const states = async () => {
  const rows = await house.db.run<{ name: string; state: string; by: string }>(
    "select name, state, state_by as by from nodes order by name",
  );
  return Object.fromEntries(rows.map(({ name, state, by }) => [name, `${state} by ${by}`]));
};

describe("NodeLifeCycle.expire", () => {
  it("expires those that have been silent for too long, and no others", async () => {
    await node("silent", {});
    await node("never called", { seen: null });
    await node("called", { seen: 9 });
    await node("new", { made: 9, since: 9, seen: null });
    await node("activated again", { since: 9 });
    await node("deactivated", { state: "deactivated" });
    await node("quarantined", { state: "quarantined" });
    await node("expired before", { state: "expired" });
    const quiet = await node("one of two calls", {});
    await house.db.run("update agents set node_id = $1 where id = $2", [
      quiet.nodeId,
      (await node("moved away", { seen: 1 })).agentId,
    ]);
    expect(await lifeCycle().expire(10 * HOUR)).toBe(3);
    expect(await states()).toEqual({
      silent: "expired by policy",
      "never called": "expired by policy",
      called: "active by somebody",
      new: "active by somebody",
      "activated again": "active by somebody",
      deactivated: "deactivated by somebody",
      quarantined: "quarantined by somebody",
      "expired before": "expired by somebody",
      "one of two calls": "active by somebody",
      "moved away": "expired by policy",
    });
    expect(await lifeCycle().expire(10 * HOUR)).toBe(0);
    const [since] = await house.db.run<{ fresh: boolean }>(
      "select now() - state_since < interval '1 hour' as fresh from nodes where name = 'silent'",
    );
    expect(since?.fresh).toBe(true);
  });
});

describe("a call", () => {
  it("brings an expired node back, and leaves a deactivated and an active one as they are", async () => {
    const [back, out, on] = [
      await node("back", { state: "expired" }),
      await node("out", { state: "deactivated" }),
      await node("on", {}),
    ];
    await node("still silent", { state: "expired" });
    const contacts = new Contacts(house.db, HOUR * 1_000);
    for (const { agentId } of [back, out, on]) contacts.touch(agentId, new Date());
    await contacts.flush();
    expect(await states()).toEqual({
      back: "active by policy",
      out: "deactivated by somebody",
      on: "active by somebody",
      "still silent": "expired by somebody",
    });
    expect(await lifeCycle().expire(10 * HOUR)).toBe(0);
  });

  it("brings it back when one of its agents calls, and once when several do", async () => {
    const one = await node("two agents", { state: "expired" });
    const two = await node("moved", { state: "active" });
    await house.db.run("update agents set node_id = $1 where id = $2", [one.nodeId, two.agentId]);
    const contacts = new Contacts(house.db, HOUR * 1_000);
    contacts.touch(one.agentId, new Date());
    contacts.touch(two.agentId, new Date());
    await contacts.flush();
    expect((await states())["two agents"]).toBe("active by policy");
    expect(await count(house.db, "agent_contacts where last_seen > now() - interval '1 hour'")).toBe(2);
  });
});

describe("NodeLifeCycle.purgeOld", () => {
  it("purges what has been out of service for long enough, the longest first, and no more than it may", async () => {
    await node("deactivated long ago", { state: "deactivated", since: 60 });
    await node("expired long ago", { state: "expired", since: 70 });
    await node("longest", { state: "expired", since: 80 });
    await node("not long enough", { state: "deactivated", since: 40 });
    await node("active", {});
    await node("quarantined", { state: "quarantined" });
    const purged = (rounds: Awaited<ReturnType<ReturnType<typeof lifeCycle>["purgeOld"]>>) =>
      rounds.map(({ name }) => name);
    expect(purged(await lifeCycle().purgeOld(50 * HOUR, 2))).toEqual(["longest", "expired long ago"]);
    expect(purged(await lifeCycle().purgeOld(50 * HOUR, 2))).toEqual(["deactivated long ago"]);
    expect(await lifeCycle().purgeOld(50 * HOUR, 2)).toEqual([]);
    expect(Object.keys(await states())).toEqual(["active", "not long enough", "quarantined"]);
  });

  it("tells what went with each", async () => {
    const { nodeId, agentId } = await node("told", { state: "expired" });
    await hear(house.db, { agentId, run: "1", said: {} }, { agentId, run: "2", said: {} });
    expect(await lifeCycle().purgeOld(HOUR, 9)).toEqual([{ nodeId, name: "told", agents: 1, reports: 2 }]);
  });

  it("does not stop at one that is being processed just now, and comes to it later", async () => {
    const busy = await node("busy", { state: "expired", since: 99 });
    await node("idle", { state: "expired", since: 50 });
    await createSubmissions(house.db).accept({ agentId: busy.agentId, kind: "test", body: say({ run: "r" }) });
    const inbox = createInbox(house.db);
    const claim = await inbox.claim(LIMITS);
    expect((await lifeCycle().purgeOld(HOUR, 9)).map(({ name }) => name)).toEqual(["idle"]);
    await finish(claim);
    await inbox.close();
    expect((await lifeCycle().purgeOld(HOUR, 9)).map(({ name }) => name)).toEqual(["busy"]);
  });

  it("spares a node that came back between the look and the purge", async () => {
    const back = await node("came back", { state: "expired" });
    const just = await node("expired anew", { state: "expired" });
    const slow = createNodeLifeCycle(house.db, async (nodeId, only) => {
      const contacts = new Contacts(house.db, HOUR * 1_000);
      contacts.touch(back.agentId, new Date());
      await contacts.flush();
      await house.db.run("update nodes set state_since = now() where id = $1", [just.nodeId]);
      return registry().purge(nodeId, only);
    });
    expect(await slow.purgeOld(HOUR, 9)).toEqual([]);
    expect(await states()).toEqual({ "came back": "active by policy", "expired anew": "expired by somebody" });
  });

  it("passes on what is no conflict", async () => {
    await node("old", { state: "expired" });
    const broken = createNodeLifeCycle(house.db, () => Promise.reject(new Error("broken")));
    await expect(broken.purgeOld(HOUR, 9)).rejects.toThrow("broken");
  });
});

describe("NodeLifeCycle.purgeSilentQuarantined", () => {
  it("purges those in quarantine that nobody let in and that ask no more, and no others", async () => {
    const quarantined = { state: "quarantined" };
    await node("silent", { ...quarantined, made: 90, seen: 60 });
    await node("longest silent", { ...quarantined, made: 99, seen: null });
    await node("asks on", { ...quarantined, made: 100, seen: 10 });
    await node("new", { ...quarantined, made: 10, seen: null });
    await node("active", {});
    await node("expired", { state: "expired" });
    await node("deactivated", { state: "deactivated" });
    const purged = (await lifeCycle().purgeSilentQuarantined(50 * HOUR, 1)).map(({ name }) => name);
    expect(purged).toEqual(["longest silent"]);
    expect(await lifeCycle().purgeSilentQuarantined(50 * HOUR, 9)).toMatchObject([{ name: "silent", agents: 1 }]);
    expect(await lifeCycle().purgeSilentQuarantined(50 * HOUR, 9)).toEqual([]);
    expect(Object.keys(await states())).toEqual(["active", "asks on", "deactivated", "expired", "new"]);
  });

  it("spares one that asked, and one that was let in, between the look and the purge", async () => {
    const asked = await node("asked", { state: "quarantined" });
    const letIn = await node("let in", { state: "quarantined" });
    const slow = createNodeLifeCycle(house.db, async (nodeId, only) => {
      const contacts = new Contacts(house.db, HOUR * 1_000);
      contacts.touch(asked.agentId, new Date());
      await contacts.flush();
      await registry().setState(letIn.nodeId, "active", "ann");
      return registry().purge(nodeId, only);
    });
    expect(await slow.purgeSilentQuarantined(HOUR, 9)).toEqual([]);
    // A call brings only an expired one back.
    expect(await states()).toEqual({ asked: "quarantined by somebody", "let in": "active by ann" });
  });
});

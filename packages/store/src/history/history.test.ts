import { randomUUID } from "node:crypto";
import { volatileFacts } from "@gatehouse/core/facts";
import type { Change } from "@gatehouse/core/history";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeIdentity } from "../nodes/identity.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { dropOldChanges } from "../retention.js";
import { count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { finish, LIMITS } from "../submissions/reporting.test.helper.js";
import { createHistory } from "./history.js";

const house = useDatabase();
const history = () => createHistory(house.db);
let agent = { nodeId: "", agentId: "" };
beforeAll(() => makePartitions(house.db));
beforeEach(async () => {
  agent = await createNodeRegistry(house.db).enrol(enrolmentOf(randomUUID()));
});

/** An agent states facts, each in a submission of its own; all are processed in one batch. */
async function state(all: readonly object[], agentId = agent.agentId, isVolatile = volatileFacts()): Promise<void> {
  const inbox = createInbox(house.db, isVolatile);
  for (const facts of all)
    await createSubmissions(house.db).accept({ agentId, kind: "test", body: Buffer.from(JSON.stringify(facts)) });
  await finish(await inbox.claim(LIMITS), (submission) => ({
    submission,
    facts: [{ fact: "facts", source: "puppet", facts: JSON.parse(Buffer.from(submission.body).toString()) }],
  }));
  await inbox.close();
}
const changes = async (nodeId = agent.nodeId) => (await history().of(nodeId, { limit: 100 })).changes;
const brief = (all: readonly Change[]) => all.map(({ path, before, after }) => [path, before, after]);

describe("history", () => {
  it("holds what changed in facts, newest first, and nothing of the first ones", async () => {
    await state([{ os: "a", gone: null }]);
    expect(await changes()).toEqual([]);
    await state([{ os: "b", came: { x: [1] } }]);
    await state([{ os: "c", came: { x: [1] } }]);
    const all = await changes();
    expect(brief(all)).toEqual([
      ["os", "b", "c"],
      ["came", undefined, { x: [1] }],
      ["gone", null, undefined],
      ["os", "a", "b"],
    ]);
    expect(all[0]).toMatchObject({ subject: "facts", source: "puppet", at: expect.any(Date) });
  });

  it("has nothing of facts that are the same, or volatile, or what the operator says is", async () => {
    await state([{ os: "a", uptime: "1 day", mine: 1 }]);
    await state([{ os: "a", uptime: "2 days", mine: 2 }], agent.agentId, volatileFacts(["mine"]));
    expect(await changes()).toEqual([]);
    await state([{ os: "a", uptime: "3 days", mine: 3 }]);
    expect(brief(await changes())).toEqual([["mine", 2, 3]]);
  });

  it("has one step where several states came in a batch: the last one counts", async () => {
    await state([{ v: 1 }]);
    await state([{ v: 2 }, { v: 3 }]);
    expect(brief(await changes())).toEqual([["v", 1, 3]]);
  });

  it("says the same twice nothing anew (G2)", async () => {
    await state([{ v: 1 }]);
    await state([{ v: 2 }]);
    await state([{ v: 2 }]);
    expect(await changes()).toHaveLength(1);
  });

  it("is kept in the transaction that changes the facts, or not at all", async () => {
    await state([{ v: 1 }]);
    const inbox = createInbox(house.db);
    const accept = (v: number) =>
      createSubmissions(house.db).accept({ agentId: agent.agentId, kind: "test", body: Buffer.from(`${v}`) });
    await accept(2);
    const claim = await inbox.claim(LIMITS);
    const [submission] = claim?.submissions ?? [];
    if (submission === undefined) throw new Error("nothing was claimed");
    const said = { fact: "facts", source: "puppet", facts: { v: 2 } } as const;
    await expect(claim?.settle([{ submission, facts: [said, { ...said, source: "" }] }])).rejects.toThrow();
    expect(await changes()).toEqual([]);
    await claim?.settle([{ submission, facts: [said] }]);
    await claim?.release();
    await inbox.close();
    expect(brief(await changes())).toEqual([["v", 1, 2]]);
  });

  it("takes hostile text for text", async () => {
    await state([{ a: 1 }]);
    await state([JSON.parse('{"a":1,"__proto__":{"x":"\\u0000\\ud800"},"\'; drop table changes; --":"\\"}"}')]);
    expect(brief(await changes()).toSorted()).toEqual([
      ["'; drop table changes; --", undefined, '"}'],
      ["__proto__", undefined, { x: "\ufffd" }],
    ]);
  });

  it("is given in pages, of one subject where that is asked for", async () => {
    await state([{}]);
    await state([Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${String(i).padStart(2, "0")}`, i]))]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await history().of(agent.nodeId, {
        limit: 10,
        subject: "facts",
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.changes.map(({ path }) => path));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect((await history().of(agent.nodeId, { limit: 10, subject: "inventory" })).changes).toEqual([]);
    await expect(history().of(agent.nodeId, { limit: 10, after: "x" })).rejects.toMatchObject({
      code: "request-malformed",
    });
    expect(await history().of("no uuid", { limit: 10 })).toEqual({ changes: [], next: null });
  });

  it("follows its agent to the node that takes it in, and goes with it", async () => {
    const other = await createNodeRegistry(house.db).enrol(enrolmentOf(randomUUID()));
    await state([{ v: 1 }]);
    await state([{ v: 2 }]);
    await createNodeIdentity(house.db, () => undefined).merge(other.nodeId, agent.nodeId, "somebody");
    expect(brief(await changes(other.nodeId))).toEqual([["v", 1, 2]]);
    await createNodeRegistry(house.db).purge(other.nodeId);
    expect(await count(house.db, "changes where agent_id = $1", [agent.agentId])).toBe(0);
  });

  it("ends day by day", async () => {
    const old = new Date(Date.now() - 40 * 86_400_000);
    await makePartitions(house.db, [old]);
    await house.db.run(
      "insert into changes (at, agent_id, subject, source, path) values ($1, $3, 'facts', 's', 'old'), ($2, $3, 'facts', 's', 'new')",
      [old, new Date(), agent.agentId],
    );
    expect(await dropOldChanges(house.db, 42)).toEqual([]);
    expect(await dropOldChanges(house.db, 30)).toEqual([
      `changes_${old.toISOString().slice(0, 10).replaceAll("-", "")}`,
    ]);
    expect((await changes()).map(({ path }) => path)).toEqual(["new"]);
  });
});

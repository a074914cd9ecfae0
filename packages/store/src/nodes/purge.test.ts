import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { aliasOf, count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createDeadLetters } from "../submissions/dead-letters.js";
import { createInbox } from "../submissions/inbox.js";
import { drain, finish, LIMITS, lineOf, say } from "../submissions/reporting.test.helper.js";
import { createNodeIdentity } from "./identity.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
beforeAll(() => makePartitions(house.db));

const KINDS = { node_id: "nodes", other_node_id: "nodes", agent_id: "agents", report_id: "reports" } as const;

/** Every row of every table that names one of these, by what the columns are called: tables to come are among them. */
async function traces(ids: Readonly<Record<keyof typeof KINDS, readonly string[]>>): Promise<Record<string, number>> {
  const columns = await house.db.run<{ table: string; column: keyof typeof KINDS }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = current_schema() and column_name = any($1)
       and table_name in (select relname from pg_class where relkind in ('r', 'p') and not relispartition)
     union all select * from unnest($2::text[], $3::text[])`,
    [Object.keys(KINDS), Object.values(KINDS), Object.keys(KINDS)],
  );
  const found: Record<string, number> = {};
  for (const { table, column } of columns) {
    const place = table === KINDS[column] ? "id" : column;
    const rows = await count(house.db, `${table} where ${place}::text = any($1)`, [ids[column]]);
    if (rows > 0) found[`${table}.${place}`] = rows;
  }
  return found;
}

/** A node with two agents, and of each whatever can be stored of one. */
async function fullNode() {
  const alias = randomUUID();
  const evidence = [{ kind: "serial", value: alias }] as const;
  const { nodeId, agentId } = await registry().enrol(enrolmentOf(alias, { nodeName: "full", evidence }));
  const second = await registry().enrol(enrolmentOf(randomUUID(), { nodeName: "second", evidence }));
  await createNodeIdentity(house.db, () => undefined).merge(nodeId, second.nodeId, "somebody");
  // One that looks like it, and waits for a person.
  await registry().enrol(enrolmentOf(randomUUID(), { evidence }));
  const inbox = createInbox(house.db);
  const accept = (body: Buffer, of = agentId) =>
    createSubmissions(house.db).accept({ agentId: of, kind: "test", body });
  const poison = async (text: string) => {
    await accept(Buffer.from(text));
    await drain(inbox);
  };
  for (const of of [agentId, second.agentId]) {
    await accept(say({ run: "r", events: [lineOf("a"), lineOf("b")] }), of);
    await accept(say({ run: "r", outcome: "success" }), of);
    // The same bytes again: stored, and no part of the report.
    await accept(say({ run: "r", outcome: "success" }), of);
  }
  await drain(inbox);
  // It says nothing at all.
  await accept(Buffer.from("nothing"));
  await finish(await inbox.claim(LIMITS), (submission) => ({ submission, facts: [] }));
  await poison("stays");
  await poison("thrown away");
  await poison("driven again");
  const [again, away] = (await createDeadLetters(house.db).list({ limit: 2 })).deadLetters;
  await createDeadLetters(house.db).discard(away?.id ?? "");
  await inbox.close();
  const reports = await house.db.run<{ id: string }>("select id from reports where agent_id = any($1)", [
    [agentId, second.agentId],
  ]);
  /** Puts two submissions into the inbox; a later node of the test would drain them. */
  const queue = async () => {
    await createDeadLetters(house.db).redrive(again?.id ?? "");
    await accept(say({ run: "waits" }));
  };
  return {
    alias,
    queue,
    ids: {
      node_id: [nodeId],
      other_node_id: [nodeId, second.nodeId],
      agent_id: [agentId, second.agentId],
      report_id: reports.map(({ id }) => id),
    },
    nodeId,
  };
}

describe("NodeRegistry.purge", () => {
  it("deletes every trace of the node, and nothing of another", async () => {
    const kept = await fullNode();
    const gone = await fullNode();
    for (const { queue } of [kept, gone]) await queue();
    const before = await traces(kept.ids);
    // What the test makes is all that can be there.
    expect(before).toEqual({
      ...{ "nodes.id": 1, "agents.id": 2, "reports.id": 2, "agents.node_id": 2, "node_evidence.node_id": 2 },
      ...{
        "node_evidence.agent_id": 2,
        "agent_aliases.agent_id": 2,
        "agent_contacts.agent_id": 2,
        "identity_changes.node_id": 1,
        "identity_changes.other_node_id": 1,
        "identity_conflicts.other_node_id": 1,
        "identity_decisions.agent_id": 3,
        "registrations.agent_id": 2,
      },
      ...{ "submissions.agent_id": 11, "inbox.agent_id": 2, "dead_letters.agent_id": 2, "reports.agent_id": 2 },
      ...{ "agent_reports.agent_id": 2, "agent_reports.report_id": 2, "report_events.report_id": 4 },
    });
    expect(await traces(gone.ids)).toEqual(before);
    expect(await registry().purge(gone.nodeId.toUpperCase())).toEqual({
      nodeId: gone.nodeId,
      name: "full",
      agents: 2,
      reports: 2,
    });
    expect(await traces(gone.ids)).toEqual({});
    expect(await traces(kept.ids)).toEqual(before);
    expect(await registry().purge(gone.nodeId)).toBeUndefined();
  });

  it("is refused while one of its agents is being processed, and then changes nothing", async () => {
    const { ids, nodeId, queue } = await fullNode();
    await queue();
    await house.db.run("delete from inbox where agent_id <> all($1::uuid[])", [ids.agent_id]);
    const before = await traces(ids);
    const inbox = createInbox(house.db);
    const claim = await inbox.claim(LIMITS);
    await expect(registry().purge(nodeId)).rejects.toMatchObject({ code: "conflict", status: 409 });
    expect(await traces(ids)).toEqual(before);
    await claim?.release();
    await inbox.close();
    expect(await registry().purge(nodeId)).toMatchObject({ agents: 2 });
    expect(await traces(ids)).toEqual({});
  });

  it("is seen by the routers at once, and lets the agent begin anew", async () => {
    const one = registry();
    const { alias, nodeId } = await fullNode();
    expect(await one.recentAgent(aliasOf(alias))).toBeDefined();
    await one.purge(nodeId);
    expect(await one.recentAgent(aliasOf(alias))).toBeUndefined();
    const again = await one.enrol(enrolmentOf(alias));
    expect(again).toMatchObject({ created: true });
    expect(again.nodeId).not.toBe(nodeId);
  });

  it("is done once, however many ask at the same time", async () => {
    const { nodeId } = await fullNode();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => registry().purge(nodeId)));
    const done = results.flatMap((result) =>
      result.status === "fulfilled" && result.value !== undefined ? [result.value] : [],
    );
    expect(done).toHaveLength(1);
    expect(await registry().find(nodeId)).toEqual([]);
  });

  it.each(["00000000-0000-4000-8000-000000000000", "no id at all", "", "'; drop table nodes;--"])(
    "knows no node %j",
    async (id) => {
      expect(await registry().purge(id)).toBeUndefined();
    },
  );

  it("of a node without agents works as well", async () => {
    const [row] = await house.db.run<{ id: string }>("insert into nodes (name) values ('bare') returning id");
    expect(await registry().purge(row?.id ?? "")).toEqual({ nodeId: row?.id, name: "bare", agents: 0, reports: 0 });
  });
});

describe("a purge while its agent registers anew", () => {
  it("comes before or after it, and neither fails", async () => {
    const round = async (i: number) => {
      const alias = `purged and back ${i}`;
      const enrol = (word: string) =>
        registry().enrol(
          enrolmentOf(alias, { nodeName: word, evidence: [{ kind: "serial", value: `${alias} ${word}` }] }),
        );
      const { nodeId } = await enrol("first");
      await Promise.all([enrol("second"), enrol("third"), registry().purge(nodeId), enrol("fourth")]);
      const agent = await registry().findAgent(aliasOf(alias));
      if (agent !== undefined) expect(await registry().find(agent.nodeId)).toHaveLength(1);
    };
    await Promise.all(Array.from({ length: 25 }, (_, i) => round(i)));
    expect(
      await count(house.db, "node_evidence e where not exists (select from agents a where a.id = e.agent_id)"),
    ).toBe(0);
  });
});

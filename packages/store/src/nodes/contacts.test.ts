import { describe, expect, it } from "vitest";
import { count, enrolmentOf, until, useDatabase } from "../store.test.helper.js";
import { Contacts } from "./contacts.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second));
const enrolled = async (alias: string) => createNodeRegistry(house.db).enrol(enrolmentOf(alias));

describe("NodeRegistry.touch", () => {
  it("reaches list and find after a flush", async () => {
    const registry = createNodeRegistry(house.db);
    const { agentId, nodeId } = await enrolled("flushed");
    const node = async () => (await registry.find(nodeId))[0];
    // An enrolment is a call too; whether it notes the time itself is its own affair.
    const before = (await node())?.lastSeen;
    expect(before).not.toEqual(at(1));
    registry.touch(agentId, at(1));
    expect((await node())?.lastSeen).toEqual(before);
    await registry.flush();
    expect(await node()).toMatchObject({ lastSeen: at(1), agents: [{ lastSeen: at(1) }] });
    const { nodes } = await registry.list({ limit: 500 });
    expect(nodes.find(({ id }) => id === nodeId)?.lastSeen).toEqual(at(1));
  });

  it("is written by itself a moment later", async () => {
    const registry = createNodeRegistry(house.db);
    const { agentId } = await enrolled("by itself");
    registry.touch(agentId, at(1));
    await until(
      "the batch",
      async () =>
        (await count(house.db, "agent_contacts where agent_id = $1 and last_seen = $2", [agentId, at(1)])) === 1,
    );
  });

  it("keeps the newest time, inside a batch and between batches", async () => {
    const registry = createNodeRegistry(house.db);
    const { agentId, nodeId } = await enrolled("newest");
    const lastSeen = async () => (await registry.find(nodeId))[0]?.lastSeen;
    for (const second of [3, 9, 5]) registry.touch(agentId, at(second));
    await registry.flush();
    expect(await lastSeen()).toEqual(at(9));
    registry.touch(agentId, at(7));
    await registry.flush();
    expect(await lastSeen()).toEqual(at(9));
  });

  it("shows the newest of a node's agents", async () => {
    const registry = createNodeRegistry(house.db);
    const one = await enrolled("first agent");
    const two = await enrolled("second agent");
    await house.db.run("update agents set node_id = $1 where id = $2", [one.nodeId, two.agentId]);
    registry.touch(one.agentId, at(4));
    registry.touch(two.agentId, at(6));
    await registry.flush();
    expect((await registry.find(one.nodeId))[0]?.lastSeen).toEqual(at(6));
  });

  it("writes the others of a batch when an agent is gone", async () => {
    const registry = createNodeRegistry(house.db);
    const { agentId } = await enrolled("stays");
    const gone = await enrolled("goes");
    registry.touch(gone.agentId, at(1));
    registry.touch(agentId, at(2));
    await house.db.run("delete from nodes where id = $1", [gone.nodeId]);
    await registry.flush();
    expect(await house.db.run("select last_seen from agent_contacts where agent_id = $1", [agentId])).toEqual([
      { last_seen: at(2) },
    ]);
    expect(await count(house.db, "agent_contacts where agent_id = $1", [gone.agentId])).toBe(0);
  });

  it("writes a thousand agents in one statement", async () => {
    await house.db.run("insert into nodes (name) select 'many ' || n from generate_series(1, 1000) n");
    const agents = await house.db.run<{ id: string }>(
      "insert into agents (node_id, family) select id, 'dsc' from nodes where name like 'many %' returning id",
    );
    const statements: unknown[] = [];
    const counted = Object.create(house.db, {
      run: {
        value: (...args: Parameters<typeof house.db.run>) => {
          statements.push(args[0]);
          return house.db.run(...args);
        },
      },
    }) as typeof house.db;
    const contacts = new Contacts(counted, 3_600_000);
    for (const { id } of agents) contacts.touch(id, at(1));
    await Promise.all([contacts.flush(), contacts.flush()]);
    expect(statements).toHaveLength(1);
    expect(await count(house.db, "agent_contacts where agent_id = any($1)", [agents.map(({ id }) => id)])).toBe(1000);
  });

  it("keeps a batch that could not be written, and the newest time of it", async () => {
    const { agentId, nodeId } = await enrolled("retried");
    const contacts = new Contacts(house.db, 3_600_000);
    contacts.touch(agentId, at(5));
    await house.db.run("alter table agent_contacts rename to elsewhere");
    const failed = contacts.flush();
    await expect(failed).rejects.toThrow();
    contacts.touch(agentId, at(2));
    await house.db.run("alter table elsewhere rename to agent_contacts");
    await contacts.flush();
    expect((await createNodeRegistry(house.db).find(nodeId))[0]?.lastSeen).toEqual(at(5));
  });
});

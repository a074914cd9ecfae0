import { randomUUID } from "node:crypto";
import type { Alias } from "@gatehouse/core/nodes";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { count, useDatabase } from "../store.test.helper.js";
import { houseOf, said } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(() => {
  house = houseOf(database.db);
});
beforeEach(() => database.db.run("delete from nodes"));

const deviceId = (value: string): Alias => ({ family: "inventory", kind: "deviceid", value });
const knock = (alias: string, ...others: Alias[]) =>
  house.registry.enrol({
    ...house.enrolment({ family: "inventory", alias, name: `node of ${alias}` }),
    otherAliases: others,
  });
const owner = async (value: string) => (await house.registry.findAgent(deviceId(value)))?.agentId;

describe("the other names of an agent", () => {
  it("become its own where nobody has them, now and later, and lead to it", async () => {
    const first = await knock("a", deviceId("Web01-2024"));
    expect(await owner("web01-2024")).toBe(first.agentId);
    await knock("a", deviceId("web01-2024"), deviceId("web01-2025"));
    expect([await owner("web01-2025"), await count(database.db, "agent_aliases")]).toEqual([first.agentId, 3]);
    expect(await house.waits(first.nodeId)).toEqual([]);
  });

  it("are bounded: who calls itself otherwise each time takes no more of them from others", async () => {
    for (let i = 0; i < 30; i++) await knock("a", deviceId(`web${i}-2024`));
    expect(await count(database.db, "agent_aliases")).toBe(21);
    expect(await owner("web29-2024")).toBeUndefined();
  });

  it("stay with another node's agent, and people are asked once whether it is a clone", async () => {
    const first = await knock("a", deviceId("web01-2024"));
    const clone = await knock("b", deviceId("web01-2024"));
    await knock("b", deviceId("web01-2024"));
    expect(clone.nodeId).not.toBe(first.nodeId);
    expect(await owner("web01-2024")).toBe(first.agentId);
    expect(await house.waits(first.nodeId)).toEqual(["clone node of b"]);
    expect(
      await count(database.db, "audit_events where action = 'identity.conflict' and subject = $1", [clone.nodeId]),
    ).toBe(1);
  });

  it("of an agent on the same node are no conflict", async () => {
    const first = await knock("a", deviceId("web01-2024"));
    const second = await knock("b");
    await house.identity.merge(first.nodeId, second.nodeId, "ann");
    await database.db.run("delete from identity_conflicts");
    await knock("b", deviceId("web01-2024"));
    expect([await owner("web01-2024"), await house.waits(first.nodeId)]).toEqual([first.agentId, []]);
  });

  it("of an old agent that comes back with an id are another agent's for now, which is shown", async () => {
    const evidence = [said("name", "web01"), said("serial", "SN-88-A")];
    const old = await house.registry.enrol({
      ...house.enrolment({ family: "inventory", evidence }),
      alias: deviceId("web01-2020"),
    });
    const came = await house.registry.enrol({
      ...house.enrolment({ family: "inventory", alias: randomUUID(), evidence }),
      otherAliases: [deviceId("web01-2020")],
    });
    expect([await owner("web01-2020"), came.nodeId === old.nodeId]).toEqual([old.agentId, false]);
    expect(await house.waits(old.nodeId)).toEqual(["clone web01"]);
  });

  it("are given to one of those that come at the same time, and none fails", async () => {
    const ids = Array.from({ length: 10 }, (_, i) => `agent ${i}`);
    const names = ["x-2024", "y-2024"].map(deviceId);
    const came = await Promise.all([
      ...ids.map((id, i) => knock(id, ...(i % 2 ? names : names.toReversed()))),
      house.registry.enrol({ ...house.enrolment({ family: "inventory", name: "old" }), alias: deviceId("x-2024") }),
    ]);
    expect(new Set(came.map(({ nodeId }) => nodeId)).size).toBeGreaterThanOrEqual(10);
    expect(await count(database.db, "agent_aliases where kind = 'deviceid'")).toBe(2);
  });
});

import { describe, expect, it } from "vitest";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const NOBODY = "00000000-0000-4000-8000-000000000000";
const [LAB, OLD] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
const stateOf = async (nodeId: string) => {
  const [node] = await registry().find(nodeId);
  return node && { state: node.state, by: node.stateBy, since: node.stateSince };
};

describe("NodeRegistry.setState", () => {
  it("says since when and by whom, and only a change changes that", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("state"));
    const made = await stateOf(nodeId);
    expect(made).toMatchObject({ state: "active", by: "enrolment" });
    expect(await registry().setState(nodeId, "active", "ann")).toBe(true);
    expect(await stateOf(nodeId)).toEqual(made);

    expect(await registry().setState(nodeId, "deactivated", "ann")).toBe(true);
    const first = await stateOf(nodeId);
    expect(first).toMatchObject({ state: "deactivated", by: "ann" });
    expect((first?.since ?? 0) > (made?.since ?? 1)).toBe(true);
    expect(await registry().setState(nodeId, "deactivated", "bob")).toBe(true);
    expect(await stateOf(nodeId)).toEqual(first);

    await registry().setState(nodeId, "active", "b\0ob'; drop table nodes;--");
    expect(await stateOf(nodeId)).toMatchObject({ state: "active", by: "bob'; drop table nodes;--" });
  });

  it("makes an expired node active by an operator's word", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("expired"));
    await house.db.run("update nodes set state = 'expired' where id = $1", [nodeId]);
    await registry().setState(nodeId, "active", "ann");
    expect(await stateOf(nodeId)).toMatchObject({ state: "active", by: "ann" });
  });

  it("is seen by the routers at once, in this process", async () => {
    const one = registry();
    const enrolment = enrolmentOf("seen at once");
    const { nodeId } = await one.enrol(enrolment);
    expect(await one.recentAgent(enrolment.alias)).toMatchObject({ state: "active" });
    await one.setState(nodeId, "deactivated", "ann");
    expect(await one.recentAgent(enrolment.alias)).toMatchObject({ state: "deactivated" });
    expect(await one.findAgent(enrolment.alias)).toMatchObject({ state: "deactivated" });
  });

  it.each([NOBODY, "no id at all", ""])("is false for %j", async (id) => {
    expect(await registry().setState(id, "deactivated", "ann")).toBe(false);
  });
});

describe("NodeRegistry.registrations", () => {
  it("tells how each agent of a node got in, and whether its key still opens", async () => {
    await house.db.run(
      "insert into enrolment_keys (id, protocol, name, secret) values ($1, 'dsc', 'lab', ''), ($2, 'dsc', 'old', '')",
      [LAB, OLD],
    );
    const { nodeId, agentId } = await registry().enrol(
      enrolmentOf("registered", { role: "A", keyId: LAB, detail: { n: 1 } }),
    );
    await registry().enrol(enrolmentOf("registered", { role: "B", keyId: OLD }));
    await registry().enrol(enrolmentOf("registered", { role: "A", keyId: LAB, detail: { n: 2 } }));
    const second = await registry().enrol(enrolmentOf("second agent", { role: "C" }));
    await house.db.run("update agents set node_id = $1 where id = $2", [nodeId, second.agentId]);
    await house.db.run("update enrolment_keys set revoked_at = now() where name = 'old'");
    const registrations = await registry().registrations(nodeId);
    const times = { firstAt: expect.any(Date), lastAt: expect.any(Date) };
    expect(registrations).toEqual([
      { agentId, role: "A", keyName: "lab", keyRevoked: false, times: 2, detail: { n: 2 }, ...times },
      { agentId, role: "B", keyName: "old", keyRevoked: true, times: 1, detail: {}, ...times },
      { agentId: second.agentId, role: "C", keyName: null, keyRevoked: false, times: 1, detail: {}, ...times },
    ]);
    expect((registrations[0]?.lastAt ?? 0) > (registrations[0]?.firstAt ?? 1)).toBe(true);
  });

  it.each([NOBODY, "no id at all", ""])("is empty for %j", async (id) => {
    expect(await registry().registrations(id)).toEqual([]);
  });
});

import type { NodeView } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, serveApi } from "../api.test.helper.js";

const ID = "0b8a0e0a-0000-4000-8000-000000000002";
const knocks: NodeView = aNode({
  ...{ name: "web-2", state: "quarantined", stateBy: "enrolment", lastSeen: AT },
  agents: [
    {
      ...anAgent(ID),
      family: "inventory",
      trust: "anonymous",
      aliases: [
        { family: "inventory", kind: "agentid", value: ID },
        { family: "inventory", kind: "deviceid", value: "web-2-2024-02-29-12-00-00" },
      ],
    },
  ],
  evidence: [
    { kind: "name", value: "web-2" },
    ...[1, 2, 3, 4, 5, 6].map((n) => ({ kind: "address" as const, value: `192.0.2.${n}` })),
  ],
});

async function houseOf(nodes: readonly NodeView[], next: string | null = null) {
  const asked: unknown[] = [];
  const { call } = await serveApi({
    identity: { conflicts: async () => ({ conflicts: [], next: null }), openConflicts: async () => 0 },
    certificates: { requests: async () => [] },
    held: { counts: async (agentIds) => new Map(agentIds.map((id) => [id, 3])) },
    nodes: {
      list: async (...said) => {
        asked.push(said);
        return { nodes, next };
      },
    },
  });
  return { call, asked };
}

describe("what waits for a person", () => {
  it("has the nodes in quarantine, with where they call from", async () => {
    const { call, asked } = await houseOf([knocks]);
    const { json } = await call("viewer", "GET", "/pending");
    const [node] = json.quarantined;
    expect(node).toMatchObject({ id: knocks.id, name: "web-2", since: AT.toISOString(), by: "enrolment", held: 3 });
    expect(node.addresses).toEqual([1, 2, 3, 4, 5].map((n) => `192.0.2.${n}`));
    expect(node.agents).toEqual([{ id: ID, family: "inventory", aliases: knocks.agents[0]?.aliases }]);
    expect(json.moreQuarantined).toBe(false);
    expect(asked).toEqual([[{ limit: 500 }, { state: "quarantined" }]]);
  });

  it("says when there are more of them than it tells", async () => {
    const { call } = await houseOf([knocks], "cursor");
    expect((await call("viewer", "GET", "/pending")).json).toMatchObject({ moreQuarantined: true });
  });
});

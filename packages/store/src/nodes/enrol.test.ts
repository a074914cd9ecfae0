import { describe, expect, it } from "vitest";
import { aliasOf, count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const show = async (reference: string) => {
  const [node, ...others] = await registry().find(reference);
  expect(others).toEqual([]);
  return node;
};

describe("NodeRegistry.enrol", () => {
  it("makes a node with its agent, and renews it with the attributes before", async () => {
    const seen: unknown[] = [];
    const merge = (before: Readonly<Record<string, unknown>>) => {
      seen.push(before);
      return { ...before, times: Number(before["times"] ?? 0) + 1 };
    };
    const first = await registry().enrol(enrolmentOf("renewed", { merge }));
    const again = await registry().enrol(enrolmentOf("renewed", { merge }));
    expect(first.created).toBe(true);
    expect(again).toEqual({ ...first, created: false });
    expect(seen).toEqual([{}, { times: 1 }]);
    expect(await registry().findAgent(aliasOf("renewed"))).toEqual({
      agentId: first.agentId,
      nodeId: first.nodeId,
      attributes: { times: 2 },
      settings: {},
      state: "active",
      trust: "key",
      revision: expect.any(Number),
      groupsRevision: expect.any(Number),
      hasWork: false,
    });
    expect(await count(house.db, "nodes where id = $1", [first.nodeId])).toBe(1);
  });

  it("makes one node of fifty concurrent enrolments of one new alias", async () => {
    const before = await count(house.db, "nodes");
    const merge = (at: Readonly<Record<string, unknown>>) => ({ times: Number(at["times"] ?? 0) + 1 });
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => registry().enrol(enrolmentOf(i % 2 ? "CROWD" : "crowd", { merge }))),
    );
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ nodeId }) => nodeId)).size).toBe(1);
    expect(await count(house.db, "nodes")).toBe(before + 1);
    // No renewal was lost: each saw what the one before had written.
    expect((await registry().findAgent(aliasOf("crowd")))?.attributes).toEqual({ times: 50 });
  });

  it("does not mix up aliases of another family or kind", async () => {
    const one = await registry().enrol(enrolmentOf("shared"));
    const two = await registry().enrol(
      enrolmentOf("shared", { alias: { family: "puppet", kind: "certname", value: "shared" } }),
    );
    expect(two.created).toBe(true);
    expect(two.nodeId).not.toBe(one.nodeId);
    expect(await registry().findAgent({ family: "dsc", kind: "certname", value: "shared" })).toBeUndefined();
  });

  it("compares aliases without regard to case, and keeps the first spelling", async () => {
    const made = await registry().enrol(enrolmentOf("AbC-Ü"));
    expect((await registry().enrol(enrolmentOf("aBc-ü"))).agentId).toBe(made.agentId);
    expect((await registry().findAgent(aliasOf("ABC-Ü")))?.agentId).toBe(made.agentId);
    expect((await show(made.nodeId))?.agents[0]?.aliases).toEqual([aliasOf("AbC-Ü")]);
  });

  it("renames the node when its agent says another name", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("renamed", { nodeName: "before" }));
    await registry().enrol(enrolmentOf("renamed", { nodeName: "after" }));
    expect((await show(nodeId))?.name).toBe("after");
    expect(await registry().find("before")).toEqual([]);
  });

  it("replaces the evidence by what was said last, once each", async () => {
    const said = (...values: string[]) => ({ evidence: values.map((value) => ({ kind: "address", value }) as const) });
    const { nodeId } = await registry().enrol(enrolmentOf("evident", said("10.0.0.1", "10.0.0.2")));
    await registry().enrol(enrolmentOf("evident", said("10.0.0.2", "10.0.0.3", "10.0.0.3")));
    const values = (await show(nodeId))?.evidence.map(({ value }) => value);
    expect(values?.toSorted()).toEqual(["10.0.0.2", "10.0.0.3"]);
    await registry().enrol(enrolmentOf("evident"));
    expect((await show(nodeId))?.evidence).toEqual([]);
  });

  it("counts registrations once per role, and keeps what was said last", async () => {
    const { agentId } = await registry().enrol(enrolmentOf("roles", { role: "ReportServer", detail: { n: 1 } }));
    await registry().enrol(enrolmentOf("roles", { role: "ReportServer", detail: { n: 2 } }));
    await registry().enrol(enrolmentOf("roles", { role: "ResourceRepository", detail: { n: 3 } }));
    const rows = await house.db.run("select role, times, detail from registrations where agent_id = $1 order by role", [
      agentId,
    ]);
    expect(rows).toEqual([
      { role: "ReportServer", times: 2, detail: { n: 2 } },
      { role: "ResourceRepository", times: 1, detail: { n: 3 } },
    ]);
  });

  it("is refused to a deactivated node, and changes nothing of it", async () => {
    const evidence = [{ kind: "serial", value: "before" }] as const;
    const { nodeId, agentId } = await registry().enrol(enrolmentOf("refused", { nodeName: "refused", evidence }));
    await registry().setState(nodeId, "deactivated", "somebody");
    const rows = async () =>
      JSON.stringify([
        await registry().find(nodeId),
        await house.db.run("select * from registrations where agent_id = $1", [agentId]),
        await house.db.run("select * from agent_contacts where agent_id = $1", [agentId]),
      ]);
    const before = await rows();
    const merge = () => ({ changed: true });
    await expect(
      registry().enrol(enrolmentOf("REFUSED", { nodeName: "new", merge, role: "new" })),
    ).rejects.toMatchObject({
      code: "forbidden",
      status: 403,
    });
    expect(await rows()).toBe(before);
    await registry().setState(nodeId, "active", "somebody");
    expect(await registry().enrol(enrolmentOf("refused", { merge }))).toEqual({ nodeId, agentId, created: false });
  });

  it("leaves nothing behind when the merge throws", async () => {
    const before = await count(house.db, "nodes");
    const merge = () => {
      throw new Error("no");
    };
    await expect(registry().enrol(enrolmentOf("thrown", { merge }))).rejects.toThrow("no");
    expect(await count(house.db, "nodes")).toBe(before);
    expect(await registry().findAgent(aliasOf("thrown"))).toBeUndefined();
  });

  it("leaves nothing behind when a later statement is refused", async () => {
    const before = await count(house.db, "nodes");
    const keyId = "00000000-0000-4000-8000-000000000000";
    await expect(registry().enrol(enrolmentOf("no key", { keyId }))).rejects.toThrow(/foreign key/);
    expect(await count(house.db, "nodes")).toBe(before);
  });

  it("knows no agent that never enrolled", async () => {
    expect(await registry().findAgent(aliasOf("nobody"))).toBeUndefined();
  });
});

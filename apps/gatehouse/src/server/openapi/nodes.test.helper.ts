import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** Nodes, groups and settings, and nodes that may be one machine. */
export function nodes(site: DocumentedSite): void {
  const { admin, house } = site;

  it("a node is listed by what it is, labelled, explained and put out of service", async () => {
    const { agentId, nodeId } = site;
    const found = async (query: string) => (await admin("GET", `/nodes?${query}`)).json.nodes.length;
    expect((await admin("POST", `/nodes/${nodeId}/labels`, { set: { site: "100%", __proto: "x" } })).json).toEqual({
      labels: { site: "100%", __proto: "x" },
    });
    expect((await admin("POST", "/nodes/web-1/labels", '{"set":{"__proto__":"y"},"remove":["__proto"]}')).status).toBe(
      200,
    );
    for (const yes of ["label=site=100%25&label=__proto__=y", "name=WEB", "state=active", "family=dsc"])
      expect([yes, await found(yes)]).toEqual([yes, 1]);
    for (const no of [
      "label=site=100",
      "name=eb",
      "name=%25",
      "name=_eb",
      "state=expired",
      "family=puppet",
      "reportStatus=hung",
      "notSeenDays=1",
    ])
      expect([no, await found(no)]).toEqual([no, 0]);
    await house.db.run("update agent_contacts set last_seen = now() - interval '50 hours'");
    for (const [days, nodes] of [
      [2, 1],
      [3, 0],
    ])
      expect([days, await found(`notSeenDays=${days}`)]).toEqual([days, nodes]);
    await admin("PUT", "/nodes/web-1/settings/dsc.configurations", { value: ["Web"] });
    const { json } = await admin("GET", "/nodes/web-1/explain");
    expect(json).toMatchObject({
      id: nodeId,
      lifeCycle: { state: "active" },
      settings: [{ setting: "dsc.configurations", value: ["Web"], from: [{ by: "hand" }] }],
    });
    expect(json.agents[0]).toMatchObject({ id: agentId, registrations: [{ keyName: null, times: 1 }] });
    expect(json.agents[0].configurations).toMatchObject([{ name: "Web", published: null }]);
    expect((await admin("DELETE", "/nodes/web-1/settings/dsc.configurations")).status).toBe(204);
    const group = { rule: { field: "name", prefix: "WEB" }, settings: { "dsc.configurations": ["Base"] } };
    expect((await admin("POST", "/groups/test", { rule: group.rule })).json).toMatchObject({
      total: 1,
      nodes: [{ id: nodeId }],
    });
    expect((await admin("PUT", "/groups/all-web", group)).json).toMatchObject({ name: "all-web", changed: true });
    expect((await admin("PUT", "/groups/all-web", group)).json.changed).toBe(false);
    expect((await admin("GET", "/groups/all-web/nodes")).json).toMatchObject({ total: 1, nodes: [{ id: nodeId }] });
    expect((await admin("GET", "/groups")).json.groups).toMatchObject([{ name: "all-web", changedBy: "the-admin" }]);
    expect((await admin("GET", "/groups/ALL-web")).json).toMatchObject({ name: "all-web", rule: group.rule });
    expect((await admin("GET", "/nodes/web-1/explain")).json).toMatchObject({
      settings: [{ setting: "dsc.configurations", value: ["Base"], from: [{ by: "group", group: "all-web" }] }],
      groups: [{ group: "all-web", matches: true }],
    });
    const { json: refused } = await admin("PUT", "/groups/more", { ...group, rule: { field: "labls.x", eq: 1 } });
    expect(refused).toMatchObject({ status: 400, title: expect.stringMatching(/rule\/field.*labels\.x/) });
    expect((await admin("DELETE", "/groups/all-web")).status).toBe(204);
    expect((await admin("POST", "/nodes/web-1/deactivate")).json).toMatchObject({
      state: "deactivated",
      stateBy: "the-admin",
    });
    expect(await found("state=deactivated")).toBe(1);
    expect((await admin("POST", "/nodes/web-1/activate")).json.state).toBe("active");
  });

  it("nodes that may be one machine wait, are dismissed, merged, put back and split", async () => {
    const named = (family: "dsc" | "puppet", value: string) =>
      house.gateway.registry.enrol({
        alias: { family, kind: "id", value },
        nodeName: value,
        evidence: [{ kind: "name", value: "twin" }],
        trust: "key",
        role: "x",
        keyId: null,
        detail: {},
        merge: (before) => before,
      });
    const [one, two] = [await named("dsc", "twin-1"), await named("puppet", "twin-2")];
    const { json } = await admin("GET", "/pending");
    expect(json).toMatchObject({
      openConflicts: 1,
      conflicts: [{ kind: "unproven", node: { id: two.nodeId }, other: { id: one.nodeId, name: "twin-1" } }],
      certificateRequests: [],
    });
    expect((await admin("POST", `/identity-conflicts/${json.conflicts[0].id}/dismiss`)).status).toBe(200);
    expect((await admin("GET", "/status")).json.pending.identityConflicts).toBe(0);
    const merged = await admin("POST", "/nodes/twin-1/merge", { from: "twin-2" });
    expect(merged.json).toMatchObject({ kind: "merge", by: "the-admin", agents: [two.agentId] });
    expect((await admin("GET", `/nodes/${two.nodeId}`)).json.id).toBe(one.nodeId);
    const split = await admin("POST", "/nodes/twin-1/split", { agents: ["TWIN-2"] });
    expect(split.status).toBe(200);
    for (const { json } of [split, merged])
      expect((await admin("POST", `/identity-changes/${json.id}/undo`)).json.undoneBy).toBe("the-admin");
    const { changes } = (await admin("GET", "/identity-changes?node=twin-1")).json;
    expect(changes.map(({ kind }: { kind: string }) => kind)).toEqual(["split", "merge"]);
    const { identity } = (await admin("GET", `/nodes/${two.nodeId}/explain`)).json;
    expect(identity.agents).toMatchObject([{ agentId: two.agentId, by: "the-admin", changeId: merged.json.id }]);
    for (const { nodeId: id } of [one, two]) expect((await admin("DELETE", `/nodes/${id}`)).status).toBe(200);
  });
}

import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { bodyOf } from "../reports/bodies.test.helper.js";
import { dscTable } from "../router.js";
import { A, agent, BASE, call, refusal, world } from "./routes.test.helper.js";

const path = (agentId = A) => `${BASE}/Nodes(AgentId='${agentId}')/SendReport`;

describe("SendReport", () => {
  it("stores the bytes as they came, after the check and before the answer", async () => {
    const { deps, calls } = world();
    const body = Buffer.from(bodyOf({ NodeName: "b\u00fcro" }).toString(), "latin1");
    const reply = await call(deps, "POST", path(), { body });
    expect(reply.status).toBe(200);
    expect(reply.body).toBe(
      `{"odata.metadata":"https://pull.example:8140${BASE}/$metadata#Edm.String","value":"SavedReport"}`,
    );
    expect(calls.names).toEqual(["recentAgent", "dsc.report.check", "accept", "touch"]);
    expect(calls.accepted).toEqual([{ agentId: "agent-1", kind: "dsc.report", body }]);
  });

  it.each([
    ["an unknown AgentId", path("11111111-2222-3333-4444-555555555555"), "not registered"],
    ["an AgentId that is no GUID", path("x"), "GUID"],
  ])("refuses %s with 400, and stores nothing", async (_, target, text) => {
    const { deps, calls } = world();
    await expect(call(deps, "POST", target, { body: bodyOf() })).rejects.toThrow(refusal("request-malformed", text));
    expect(calls.accepted).toEqual([]);
    expect(calls.names).not.toContain("touch");
  });

  it("refuses a deactivated node, and does not mark it as seen", async () => {
    const { deps, calls } = world({ agents: { [A]: agent({ state: "deactivated" }) } });
    await expect(call(deps, "POST", path(), { body: bodyOf() })).rejects.toThrow(refusal("forbidden", "deactivated"));
    expect(calls.names).toEqual(["recentAgent"]);
  });

  it("takes a report of an expired node: it is back", async () => {
    const { deps, calls } = world({ agents: { [A]: agent({ state: "expired" }) } });
    expect((await call(deps, "POST", path(), { body: bodyOf() })).status).toBe(200);
    expect(calls.names).toContain("touch");
  });

  it.each(["", "null", "{", "{}"])("refuses the body %j and stores nothing", async (body) => {
    const { deps, calls } = world();
    await expect(call(deps, "POST", path(), { body })).rejects.toThrow(refusal("request-malformed"));
    expect(calls.accepted).toEqual([]);
  });

  it("says nothing was saved when it was not", async () => {
    const away = async () => {
      throw new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");
    };
    const { deps } = world({ deps: { submissions: { accept: away, settled: async () => true } } });
    await expect(call(deps, "POST", path(), { body: bodyOf() })).rejects.toThrow(refusal("database-unavailable"));
  });

  it("takes up to 20 MiB, from the agent itself", () => {
    const row = dscTable(world().deps).rows.find(({ id }) => id === "dsc.send-report");
    expect(row).toMatchObject({ bodyLimit: 20 * 1024 * 1024, access: { who: "agent" }, admission: "submission" });
  });
});

describe("a deactivated node", () => {
  it.each([
    ["POST", `${BASE}/Nodes(AgentId='${A}')/GetDscAction`],
    ["GET", `${BASE}/Nodes(AgentId='${A}')/Configurations(ConfigurationName='Web')/ConfigurationContent`],
    ["GET", `${BASE}/Modules(ModuleName='x',ModuleVersion='1.0')/ModuleContent`],
  ])("gets 403 for %s %s, and is not marked as seen", async (method, target) => {
    const { deps, calls } = world({
      agents: { [A]: agent({ state: "deactivated", attributes: { configurationNames: ["Web"] } }) },
    });
    const request = { body: "{}", headers: { agentid: A } };
    await expect(call(deps, method, target, request)).rejects.toThrow(refusal("forbidden"));
    expect(calls.names).not.toContain("touch");
  });

  it("is what is refused: an active one is served by the same call", async () => {
    const { deps, calls } = world();
    expect((await call(deps, "POST", `${BASE}/Nodes(AgentId='${A}')/GetDscAction`, { body: "{}" })).status).toBe(200);
    expect(calls.names).toContain("touch");
  });
});

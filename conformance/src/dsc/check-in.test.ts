import { createHash, randomUUID } from "node:crypto";
import { sampleConfiguration } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkIn, type PullServer, register, startPullServer } from "./pull-server.js";

let server: PullServer;
const checksums: Record<string, string> = {};

beforeAll(async () => {
  server = await startPullServer();
  for (const name of ["Web", "Db", "Assigned"]) {
    const mof = sampleConfiguration({ name });
    checksums[name] = createHash("sha256").update(mof).digest("hex").toUpperCase();
    expect((await server.publish(`${name}.mof`, mof)).status).toBe(201);
  }
});
afterAll(() => server.close());

async function agent(names?: readonly string[]): Promise<string> {
  const agentId = randomUUID().toUpperCase();
  expect((await register(server, agentId, names === undefined ? {} : { names })).status).toBe(204);
  return agentId;
}

const nameless = (checksum: string) => ({ ClientStatus: [{ Checksum: checksum, ChecksumAlgorithm: "SHA-256" }] });
const named = (...items: [string, string][]) => ({
  ClientStatus: items.map(([ConfigurationName, Checksum]) => ({
    Checksum,
    ConfigurationName,
    ChecksumAlgorithm: "SHA-256",
  })),
});

async function action(agentId: string, body: unknown) {
  const answer = await checkIn(server, agentId, body);
  expect(answer.status).toBe(200);
  const { NodeStatus, Details } = JSON.parse(answer.body.toString());
  return {
    NodeStatus,
    Details: Details.map(
      (item: { ConfigurationName: string; Status: string }) => `${item.ConfigurationName} ${item.Status}`,
    ),
  };
}

describe("GetDscAction", () => {
  it("case 17: tells a new node to get its configuration, in JSON without blanks", async () => {
    const answer = await checkIn(server, await agent(["Web"]), nameless(""));
    const { host } = new URL(server.gateway.http);
    expect(answer.body.toString()).toBe(
      `{"odata.metadata":"http://${host}/PSDSCPullServer.svc/$metadata#MSFT.DSCNodeStatus","NodeStatus":"GetConfiguration","Details":[{"ConfigurationName":"Web","Status":"GetConfiguration"}]}`,
    );
    expect(answer.rawHeaders).toContain("ProtocolVersion");
  });

  it("cases 18 and 19: compares checksums in any letter case", async () => {
    const agentId = await agent(["Web"]);
    const checksum = checksums["Web"] ?? "";
    for (const [sent, status] of [
      [checksum, "Ok"],
      [checksum.toLowerCase(), "Ok"],
      ["0".repeat(64), "GetConfiguration"],
    ] as const) {
      expect(await action(agentId, nameless(sent))).toEqual({ NodeStatus: status, Details: [`Web ${status}`] });
    }
  });

  it("case 20: is content with a node that has no names", async () => {
    expect(await action(await agent(), nameless(""))).toEqual({ NodeStatus: "Ok", Details: [] });
  });

  it("case 21: answers with the assigned name whatever is registered", async () => {
    const agentId = await agent(["Web"]);
    await server.api("PUT", `/nodes/${agentId}/settings/dsc.configurations`, { value: ["Assigned"] });
    expect(await action(agentId, nameless(checksums["Web"] ?? ""))).toEqual({
      NodeStatus: "GetConfiguration",
      Details: ["Assigned GetConfiguration"],
    });
    expect(await action(agentId, named(["Web", checksums["Web"] ?? ""]))).toEqual({
      NodeStatus: "GetConfiguration",
      Details: ["Assigned GetConfiguration"],
    });
    expect(await action(agentId, nameless(checksums["Assigned"] ?? ""))).toEqual({
      NodeStatus: "Ok",
      Details: ["Assigned Ok"],
    });
    await server.api("DELETE", `/nodes/${agentId}/settings/dsc.configurations`);
    expect(await action(agentId, nameless(checksums["Web"] ?? ""))).toEqual({ NodeStatus: "Ok", Details: ["Web Ok"] });
  });

  it("case 22: lets a node wait for a configuration that is not published", async () => {
    expect(await action(await agent(["Missing"]), nameless(""))).toEqual({
      NodeStatus: "Retry",
      Details: ["Missing Retry"],
    });
  });

  it("case 23: cannot tell several names apart by one nameless status", async () => {
    expect(await action(await agent(["Web", "Db"]), nameless(""))).toEqual({
      NodeStatus: "UpdateMetaConfiguration",
      Details: ["Web UpdateMetaConfiguration", "Db UpdateMetaConfiguration"],
    });
  });

  it("case 24: judges partial configurations one by one, in the order asked", async () => {
    const agentId = await agent(["Web", "Db"]);
    expect(await action(agentId, named(["Db", "0".repeat(64)], ["Web", checksums["Web"] ?? ""]))).toEqual({
      NodeStatus: "GetConfiguration",
      Details: ["Db GetConfiguration", "Web Ok"],
    });
  });

  it("case 25: says nothing of names that the node did not register", async () => {
    expect(await action(await agent(["Web"]), named(["Db", ""], ["Assigned", ""]))).toEqual({
      NodeStatus: "Ok",
      Details: [],
    });
  });

  it.each([
    {},
    { ClientStatus: [] },
    { ClientStatus: null },
    { ClientStatus: [{}] },
    { ClientStatus: [{ Checksum: null, ChecksumAlgorithm: null }] },
  ])("case 26: takes %j as an empty checksum", async (body) => {
    expect(await action(await agent(["Web"]), body)).toEqual({
      NodeStatus: "GetConfiguration",
      Details: ["Web GetConfiguration"],
    });
  });

  it.each([
    ["case 27: another algorithm", { ClientStatus: [{ Checksum: "", ChecksumAlgorithm: "MD5" }] }],
    ["case 28: no JSON", "nonsense"],
    ["case 28: an empty body", ""],
    ["a status that is no list", { ClientStatus: "x" }],
    ["a list of ten thousand", { ClientStatus: Array.from({ length: 10_000 }, () => ({})) }],
  ])("refuses %s with 400", async (_, body) => {
    const answer = await checkIn(server, await agent(["Web"]), body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())["odata.error"].code).toBe("request-malformed");
  });

  it("case 29: refuses an unknown agent with 401", async () => {
    expect((await checkIn(server, randomUUID(), nameless(""))).status).toBe(401);
  });

  it("case 30: takes properties in another order, and more of them", async () => {
    const agentId = await agent(["Web"]);
    expect(
      await action(agentId, {
        Extra: 1,
        ClientStatus: [{ ChecksumAlgorithm: "SHA-256", Other: {}, Checksum: checksums["Web"] }],
      }),
    ).toEqual({
      NodeStatus: "Ok",
      Details: ["Web Ok"],
    });
  });

  it("follows a rollback", async () => {
    const agentId = await agent(["Db"]);
    expect((await server.publish("Db.mof", sampleConfiguration({ name: "Db", size: 5000 }))).status).toBe(201);
    expect((await action(agentId, nameless(checksums["Db"] ?? ""))).NodeStatus).toBe("GetConfiguration");
    const { code, out } = await server.site.command("dsc", "rollback", "Db");
    expect([code, out]).toEqual([0, expect.stringContaining(checksums["Db"] ?? "nothing")]);
    expect((await action(agentId, nameless(checksums["Db"] ?? ""))).NodeStatus).toBe("Ok");
  });
});

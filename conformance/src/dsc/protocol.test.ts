import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import {
  BASE,
  checkIn,
  JSON_HEADERS,
  type PullServer,
  putSigned,
  register,
  registrationBody,
  startPullServer,
} from "./pull-server.js";

let server: PullServer;
beforeAll(async () => {
  server = await startPullServer();
});
afterAll(() => server.close());

const get = (path: string, method = "GET") => send(server.gateway.http, { method, path });

describe("the service", () => {
  it.each(["Node", "Action"])("case 53: refuses version 1 (%s) with 400 in OData's shape", async (entity) => {
    const path = `${BASE}/${entity}(ConfigurationId='b50c300c-df7c-4951-96b9-0dee833a1c74')/${entity === "Node" ? "SendStatusReport" : "GetAction"}`;
    const answer = await send(server.gateway.http, { method: "POST", path, headers: JSON_HEADERS, body: "{}" });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())["odata.error"].message.lang).toBe("en-US");
  });

  it.each([BASE, `${BASE}/`, `${BASE}/$metadata`, `${BASE.toLowerCase()}//$Metadata`, `${BASE}/%24metadata`])(
    "case 55: answers GET %s with 200",
    async (path) => {
      const answer = await get(path);
      expect([answer.status, answer.headers["protocolversion"]]).toEqual([200, "2.0"]);
      expect(answer.body.toString()).toMatch(/^<\?xml/);
    },
  );

  it.each([
    ["GET", `${BASE}/Nodes(AgentId='${randomUUID()}')`, "PUT"],
    ["DELETE", `${BASE}/Nodes(AgentId='${randomUUID()}')/GetDscAction`, "POST"],
    ["POST", `${BASE}/Modules(ModuleName='x',ModuleVersion='1.0')/ModuleContent`, "GET"],
    ["PUT", `${BASE}/$metadata`, "GET"],
  ])("case 56: refuses %s %s with 405", async (method, path, allow) => {
    const answer = await get(path, method);
    expect([answer.status, answer.headers["allow"]]).toEqual([405, allow]);
  });

  it("case 57: says ProtocolVersion 2.0 on every answer, and never a stack", async () => {
    for (const path of [
      BASE,
      `${BASE}/nothing`,
      `${BASE}/Nodes(AgentId=`,
      `${BASE}/Nodes(AgentId='%zz')`,
      `${BASE}/%zz`,
      `${BASE}/Nodes(AgentId='x')/GetDscAction`,
    ]) {
      const answer = await get(path);
      expect(answer.headers["protocolversion"], path).toBe("2.0");
      expect(answer.headers["content-type"], path).toMatch(/json|xml/);
      expect(answer.body.toString(), path).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|\.js\b/);
    }
  });

  it("case 58: survives 200 check-ins at once and one registration sent twice", async () => {
    const agentId = randomUUID().toUpperCase();
    const twice = await Promise.all(Array.from({ length: 20 }, () => register(server, agentId, { names: ["Web"] })));
    expect(twice.map(({ status }) => status)).toEqual(Array(20).fill(204));
    const answers = await Promise.all(Array.from({ length: 200 }, () => checkIn(server, agentId, {})));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { nodes } = JSON.parse((await server.api("GET", "/nodes?limit=500")).body.toString());
    expect(
      nodes.filter(
        (node: { agents: { aliases: { value: string }[] }[] }) => node.agents[0]?.aliases[0]?.value === agentId,
      ),
    ).toHaveLength(1);
  });

  it("serves the same over TLS, to a client with a certificate of its own too", async () => {
    const agentId = randomUUID().toUpperCase();
    expect(
      (
        await putSigned(
          { ...server, gateway: { ...server.gateway, http: server.gateway.https } },
          `${BASE}/Nodes(AgentId='${agentId}')`,
          registrationBody({ names: ["Web"] }),
        )
      ).status,
    ).toBe(204);
    const answer = await send(server.gateway.https, {
      method: "POST",
      path: `${BASE}/Nodes(AgentId='${agentId}')/GetDscAction`,
      headers: JSON_HEADERS,
      body: "{}",
    });
    expect(JSON.parse(answer.body.toString())["odata.metadata"]).toMatch(/^https:/);
  });

  it("does not put a hostile Host header into an answer", async () => {
    const agentId = randomUUID().toUpperCase();
    await register(server, agentId, { names: ["Web"] });
    const path = `${BASE}/Nodes(AgentId='${agentId}')/GetDscAction`;
    const answer = await send(server.gateway.http, {
      method: "POST",
      path,
      headers: { ...JSON_HEADERS, Host: 'evil"><script>' },
      body: "{}",
    });
    expect(answer.body.toString()).not.toContain("script");
  });

  it("does not offer the operators' API on plain HTTP", async () => {
    expect((await get("/api/v1/nodes")).status).toBe(404);
  });

  it("names its mounts at /", async () => {
    expect((await get("/")).body.toString()).toContain("PSDSCPullServer.svc");
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import {
  BASE,
  checkIn,
  JSON_HEADERS,
  KEY,
  type PullServer,
  putSigned,
  register,
  registrationBody,
  startPullServer,
  VECTOR_AUTHORIZATION,
  VECTOR_BODY,
  VECTOR_DATE,
} from "./pull-server.js";

let server: PullServer;
beforeAll(async () => {
  server = await startPullServer();
});
afterAll(() => server.close());

const guid = () => randomUUID().toUpperCase();
const pathOf = (agentId: string) => `${BASE}/Nodes(AgentId='${agentId}')`;
const names = async (agentId: string) => (await server.node(agentId))?.agents[0]?.attributes.configurationNames;

async function refused(answer: Awaited<ReturnType<typeof send>>, status: number, agentId: string) {
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body.toString())["odata.error"].message.lang).toBe("en-US");
  expect(answer.headers["protocolversion"]).toBe("2.0");
  expect(await server.node(agentId)).toBeUndefined();
}

describe("RegisterDscAgent", () => {
  it("case 1: takes the vector with 204, no body, and stores the names", async () => {
    const agentId = guid();
    const headers = { ...JSON_HEADERS, "x-ms-date": VECTOR_DATE, Authorization: VECTOR_AUTHORIZATION };
    const answer = await send(server.gateway.http, {
      method: "PUT",
      path: pathOf(agentId),
      headers,
      body: VECTOR_BODY,
    });
    expect([answer.status, answer.body.length, answer.headers["protocolversion"]]).toEqual([204, 0, "2.0"]);
    expect(answer.headers["content-length"]).toBeUndefined();
    expect(await names(agentId)).toEqual(["Web"]);
  });

  it.each([
    ["case 2: one byte changed", { body: VECTOR_BODY.replace("n1", "n2") }],
    ["case 4: no Authorization", { headers: { "x-ms-date": VECTOR_DATE } }],
    ["case 5: no x-ms-date", { headers: { Authorization: VECTOR_AUTHORIZATION } }],
    ["case 6: Bearer", { headers: { "x-ms-date": VECTOR_DATE, Authorization: "Bearer x" } }],
    ["case 6: not base64", { headers: { "x-ms-date": VECTOR_DATE, Authorization: "Shared %%%%" } }],
    ["case 6: base64 of another length", { headers: { "x-ms-date": VECTOR_DATE, Authorization: "Shared AAAA" } }],
    [
      "another date than the signed one",
      { headers: { "x-ms-date": "2024-01-02T03:04:05.6789013Z", Authorization: VECTOR_AUTHORIZATION } },
    ],
  ])(
    "refuses %s with 401 and stores nothing",
    async (_, changed: { body?: string; headers?: Record<string, string> }) => {
      const agentId = guid();
      const headers = {
        ...JSON_HEADERS,
        ...(changed.headers ?? { "x-ms-date": VECTOR_DATE, Authorization: VECTOR_AUTHORIZATION }),
      };
      await refused(
        await send(server.gateway.http, {
          method: "PUT",
          path: pathOf(agentId),
          headers,
          body: changed.body ?? VECTOR_BODY,
        }),
        401,
        agentId,
      );
      expect(server.gateway.log()).toMatch(/"detail":"rule: [^"]+"/);
    },
  );

  it("case 3: refuses the key in another letter case", async () => {
    const agentId = guid();
    await refused(
      await putSigned(server, pathOf(agentId), registrationBody({ names: ["Web"] }), KEY.toUpperCase()),
      401,
      agentId,
    );
  });

  it("cases 7 and 8: takes a second key; once revoked it admits nobody, and whom it admitted stays", async () => {
    const [first, second] = [guid(), guid()];
    const key = guid();
    await server.addKey("secondary", key);
    expect((await register(server, first, { names: ["Web"] }, key)).status).toBe(204);
    expect((await server.api("DELETE", "/enrolment-keys/dsc/secondary")).status).toBe(204);
    await refused(await register(server, second, { names: ["Web"] }, key), 401, second);
    expect(
      (await checkIn(server, first, { ClientStatus: [{ Checksum: "", ChecksumAlgorithm: "SHA-256" }] })).status,
    ).toBe(200);
  });

  it.each([
    [
      "another order",
      (body: Record<string, unknown>) => ({
        RegistrationInformation: body["RegistrationInformation"],
        ConfigurationNames: ["Web"],
        AgentInformation: body["AgentInformation"],
      }),
    ],
    ["unknown properties", (body: Record<string, unknown>) => ({ ...body, Extra: { deep: [1] }, __proto__x: 1 })],
    [
      "Version as text",
      (body: { RegistrationInformation: { CertificateInformation: object } }) => {
        Object.assign(body.RegistrationInformation.CertificateInformation, { Version: "3" });
        return body;
      },
    ],
    [
      "null leaves",
      (body: Record<string, unknown>) => ({
        ...body,
        AgentInformation: { LCMVersion: null, NodeName: null, IPAddress: null },
      }),
    ],
  ])("case 9: takes %s", async (_, change: (body: never) => object) => {
    const agentId = guid();
    const body = JSON.stringify(change(JSON.parse(registrationBody({ names: ["Web"] })) as never));
    expect((await putSigned(server, pathOf(agentId), body)).status).toBe(204);
    expect(await names(agentId)).toEqual(["Web"]);
  });

  it.each([
    ["not JSON", "{", 400],
    ["no object", "[]", 400],
    ["no AgentInformation", '{"RegistrationInformation":{}}', 400],
    ["names that are no texts", '{"AgentInformation":{},"RegistrationInformation":{},"ConfigurationNames":[{}]}', 400],
    ["empty", "", 400],
    ["over the limit", " ".repeat((1 << 20) + 1), 413],
  ])("case 10: refuses a signed body that is %s", async (_, body, status) => {
    const agentId = guid();
    await refused(await putSigned(server, pathOf(agentId), body), status, agentId);
  });

  it("case 10: refuses an AgentId that is no GUID", async () => {
    expect((await putSigned(server, pathOf("not-a-guid"), registrationBody({ names: ["Web"] }))).status).toBe(400);
  });

  it("case 10: refuses a body over the limit that does not say its length", async () => {
    const agentId = guid();
    const answer = await putSigned(server, pathOf(agentId), "x".repeat(2 << 20), KEY, {
      "Transfer-Encoding": "chunked",
    });
    await refused(answer, 413, agentId);
  });

  it("case 11: takes bytes that are no UTF-8, signed as they are", async () => {
    const agentId = guid();
    const body = Buffer.from(registrationBody({ names: ["Web"], nodeName: "b\u00fcro" }), "latin1");
    expect((await putSigned(server, pathOf(agentId), body)).status).toBe(204);
    expect((await server.node(agentId))?.name).toBe("b\ufffdro");
  });

  it("case 12: keeps the names when the other manager blocks register", async () => {
    const agentId = guid();
    for (const parts of [{ names: ["Web"] }, { type: "ResourceRepository" }, { type: "ReportServer" }]) {
      expect((await register(server, agentId, parts)).status).toBe(204);
    }
    expect(await names(agentId)).toEqual(["Web"]);
  });

  it("keeps the names when a message of an unknown type, or of none, comes without them", async () => {
    const agentId = guid();
    await register(server, agentId, { names: ["Web"] });
    expect((await register(server, agentId, { type: "Something" })).status).toBe(204);
    const untyped = JSON.parse(registrationBody({}));
    delete untyped.RegistrationInformation.RegistrationMessageType;
    expect((await putSigned(server, pathOf(agentId), JSON.stringify(untyped))).status).toBe(204);
    expect(await names(agentId)).toEqual(["Web"]);
  });

  it("cases 13 and 14: registers again with other names, with none, and keeps an assignment", async () => {
    const agentId = guid();
    await register(server, agentId, { names: ["Web"] });
    await register(server, agentId, { names: ["Db"] });
    expect(await names(agentId)).toEqual(["Db"]);
    expect(
      (await server.api("PUT", `/nodes/${agentId}/settings/dsc.configurations`, { value: ["Assigned"] })).status,
    ).toBe(204);
    await register(server, agentId, {});
    expect(await names(agentId)).toEqual([]);
    const action = JSON.parse((await checkIn(server, agentId, {})).body.toString());
    expect(action.Details).toEqual([{ ConfigurationName: "Assigned", Status: "Retry" }]);
  });

  it("case 15: knows one resource by every spelling of its path", async () => {
    const agentId = guid();
    const before = await server.nodeCount();
    const spellings = [
      `${BASE}//Nodes(AgentId='${agentId}')`,
      `${BASE}/Nodes%28AgentId=%27${agentId}%27%29`,
      `${BASE.toLowerCase()}/nodes(agentid='${agentId.toLowerCase()}')`,
      `${BASE}/Nodes(AgentId=%20'${agentId}')`,
      `${BASE}/Nodes(AgentId='{${agentId}}')`,
      `/Nodes(AgentId='${agentId}')`,
      `//Nodes(AgentId='${agentId}')`,
      `/accounts/${guid()}/Nodes(AgentId='${agentId}')`,
    ];
    for (const spelling of spellings) {
      expect((await putSigned(server, spelling, registrationBody({ names: ["Web"] }))).status, spelling).toBe(204);
    }
    expect(await server.nodeCount()).toBe(before + 1);
  });

  it("case 16: says 100 Continue first where it is expected", async () => {
    const answer = await putSigned(server, pathOf(guid()), registrationBody({ names: ["Web"] }), KEY, {
      Expect: "100-continue",
    });
    expect([answer.continued, answer.status]).toEqual([true, 204]);
  });

  it("verifies the signature also when the AgentId is known", async () => {
    const agentId = guid();
    await register(server, agentId, { names: ["Web"] });
    expect((await register(server, agentId, { names: ["Stolen"] }, "another-key-of-a-thief")).status).toBe(401);
    expect(await names(agentId)).toEqual(["Web"]);
  });

  it("never writes a key or a signature into the log", () => {
    expect(server.gateway.log()).not.toContain(KEY);
    expect(server.gateway.log()).not.toContain(VECTOR_AUTHORIZATION.slice(7));
  });
});

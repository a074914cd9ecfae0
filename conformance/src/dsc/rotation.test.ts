import { randomUUID } from "node:crypto";
import https from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { type ClientCertificate, makeClientCertificate } from "./client-certificate.js";
import { BASE, JSON_HEADERS, type PullServer, register, startPullServer } from "./pull-server.js";

let server: PullServer;
beforeAll(async () => {
  server = await startPullServer();
});
afterAll(() => server.close());

const pathOf = (agentId: string) => `${BASE}/Nodes(AgentId='${agentId}')/CertificateRotation`;
const rotationTo = (thumbprint: unknown) =>
  JSON.stringify({
    RotationInformation: {
      CertificateInformation: {
        FriendlyName: "DSC-OaaS Client Authentication",
        Issuer: "CN=DSC-OaaS",
        NotAfter: "2027-11-21T00:00:00.0000000+00:00",
        NotBefore: "2026-11-21T00:00:00.0000000+00:00",
        Subject: "CN=DSC-OaaS",
        PublicKey: "cGs=",
        Thumbprint: thumbprint,
        Version: 3,
      },
    },
  });

interface Rotated {
  readonly status: number;
  readonly body: string;
  readonly allow: string | undefined;
}

/** Sends a rotation on a TLS connection of its own, on which the client shows this certificate or none. */
function rotate(
  agentId: string,
  body: string,
  certificate?: Pick<ClientCertificate, "cert" | "key">,
  method = "POST",
): Promise<Rotated> {
  const { hostname, port } = new URL(server.gateway.https);
  const { cert, key } = certificate ?? {};
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        method,
        hostname,
        port,
        path: pathOf(agentId),
        headers: { ...JSON_HEADERS, "Content-Length": String(Buffer.byteLength(body)) },
        agent: false,
        rejectUnauthorized: false,
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: text, allow: response.headers.allow }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

async function agentWith(certificate: ClientCertificate): Promise<string> {
  const agentId = randomUUID().toUpperCase();
  const { thumbprint } = certificate;
  expect((await register(server, agentId, { names: ["Web"], thumbprint })).status).toBe(204);
  return agentId;
}

const pinned = async (agentId: string) => (await server.node(agentId))?.agents[0]?.attributes.thumbprint;

describe("CertificateRotation", () => {
  it("case 54: takes the next certificate from the holder of the one before, and again", async () => {
    const [first, second, third] = [makeClientCertificate(), makeClientCertificate(), makeClientCertificate()];
    const agentId = await agentWith(first);
    expect(await rotate(agentId, rotationTo(second.thumbprint), first)).toMatchObject({ status: 201, body: "" });
    expect(await pinned(agentId)).toBe(second.thumbprint);
    expect((await rotate(agentId, rotationTo(third.thumbprint), first)).status).toBe(401);
    expect(await pinned(agentId)).toBe(second.thumbprint);
    expect((await rotate(agentId, rotationTo(third.thumbprint), second)).status).toBe(201);
    expect(await pinned(agentId)).toBe(third.thumbprint);
    expect((await server.node(agentId))?.agents[0]?.attributes.configurationNames).toEqual(["Web"]);
  });

  it("case 54: refuses whoever does not hold the registered certificate with 401", async () => {
    const [own, other] = [makeClientCertificate(), makeClientCertificate()];
    const agentId = await agentWith(own);
    const body = rotationTo(other.thumbprint);
    expect((await rotate(agentId, body)).status).toBe(401);
    expect((await rotate(agentId, body, other)).status).toBe(401);
    const plain = { method: "POST", path: pathOf(agentId), headers: JSON_HEADERS, body };
    expect((await send(server.gateway.http, plain)).status).toBe(401);
    expect(await pinned(agentId)).toBe(own.thumbprint);
  });

  it("case 54: has 404 for an unknown agent", async () => {
    const own = makeClientCertificate();
    expect((await rotate(randomUUID(), rotationTo(own.thumbprint), own)).status).toBe(404);
  });

  it.each([
    ["an empty body", ""],
    ["no JSON", "{"],
    ["no certificate", "{}"],
    ["no thumbprint", rotationTo(null)],
    ["a thumbprint that is none", rotationTo("nonsense")],
  ])("case 54: refuses %s with 400", async (_, body) => {
    const own = makeClientCertificate();
    const agentId = await agentWith(own);
    const answer = await rotate(agentId, body, own);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)["odata.error"].code).toBe("request-malformed");
    expect(await pinned(agentId)).toBe(own.thumbprint);
  });

  it("case 54: refuses a body over the limit with 413", async () => {
    const own = makeClientCertificate();
    const agentId = await agentWith(own);
    expect((await rotate(agentId, " ".repeat(65_537), own)).status).toBe(413);
  });

  it.each(["PUT", "GET"])("case 54: has 405 for %s", async (method) => {
    expect(await rotate(randomUUID(), "", undefined, method)).toMatchObject({ status: 405, allow: "POST" });
  });

  it("case 54: lets one of several at once through", async () => {
    const own = makeClientCertificate();
    const agentId = await agentWith(own);
    const next = Array.from({ length: 8 }, (_, i) => String(i).repeat(40));
    const statuses = await Promise.all(
      next.map(async (thumbprint) => (await rotate(agentId, rotationTo(thumbprint), own)).status),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![201, 401, 409].includes(status))).toEqual([]);
    expect(await pinned(agentId)).toBe(next[statuses.indexOf(201)]);
  });

  it("is begun anew by a registration", async () => {
    const [first, second] = [makeClientCertificate(), makeClientCertificate()];
    const agentId = await agentWith(first);
    expect((await rotate(agentId, rotationTo("A".repeat(40)), first)).status).toBe(201);
    expect((await register(server, agentId, { names: ["Web"], thumbprint: second.thumbprint })).status).toBe(204);
    expect((await rotate(agentId, rotationTo("B".repeat(40)), second)).status).toBe(201);
  });
});

import { randomUUID } from "node:crypto";
import https from "node:https";
import { signRegistration } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { send } from "../wire.js";
import { type ClientCertificate, makeClientCertificate } from "./client-certificate.js";
import { BASE, JSON_HEADERS, KEY } from "./pull-server.js";

let site: Site;
let gateway: GatewayProcess;
beforeAll(async () => {
  site = await newSite();
  gateway = await site.start({ env: { GATEHOUSE_DSC_CERTIFICATES: "require" } });
  const added = await send(gateway.https, {
    method: "POST",
    path: "/api/v1/enrolment-keys/dsc",
    headers: { Authorization: `Bearer ${gateway.token}` },
    body: JSON.stringify({ name: "k", key: KEY }),
  });
  expect(added.status).toBe(201);
});
afterAll(async () => {
  await gateway.stop();
  await site.remove();
});

const mine = makeClientCertificate();
const other = makeClientCertificate();

/** One request over TLS, on a connection of its own, on which the client shows this certificate or none. */
function call(method: string, path: string, body: string, shown?: ClientCertificate, headers = {}): Promise<number> {
  const { hostname, port } = new URL(gateway.https);
  const pair = shown === undefined ? {} : { cert: shown.cert, key: shown.key };
  return new Promise((resolve, reject) => {
    const options = {
      method,
      hostname,
      port,
      path: `${BASE}/${path}`,
      agent: false,
      rejectUnauthorized: false,
      ...pair,
    };
    const length = { "Content-Length": String(Buffer.byteLength(body)) };
    const request = https.request({ ...options, headers: { ...JSON_HEADERS, ...length, ...headers } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function register(agentId: string, thumbprint: string, notAfter: string, shown?: ClientCertificate): Promise<number> {
  const body = JSON.stringify({
    AgentInformation: { LCMVersion: "2.0", NodeName: "PINNED", IPAddress: "192.0.2.7" },
    RegistrationInformation: {
      CertificateInformation: {
        FriendlyName: "DSC-OaaS Client Authentication",
        NotAfter: notAfter,
        Thumbprint: thumbprint,
      },
      RegistrationMessageType: "ConfigurationRepository",
    },
  });
  const date = "2026-11-20T21:25:51.8654321Z";
  const headers = { "x-ms-date": date, Authorization: signRegistration(Buffer.from(body), date, KEY) };
  return call("PUT", `Nodes(AgentId='${agentId}')`, body, shown, headers);
}

const checkIn = (agentId: string, shown?: ClientCertificate) =>
  call("POST", `Nodes(AgentId='${agentId}')/GetDscAction`, "{}", shown);

describe("case 60: client certificates required", () => {
  it("lets an agent in by the certificate that it registered, and nobody else by its AgentId", async () => {
    const agentId = randomUUID();
    expect(await register(agentId, mine.thumbprint, "2099-01-01T00:00:00Z")).toBe(204);
    expect(await checkIn(agentId, mine)).toBe(200);
    expect(await checkIn(agentId, other)).toBe(401);
    expect(await checkIn(agentId)).toBe(401);
    const report = JSON.stringify({ JobId: randomUUID() });
    expect(await call("POST", `Nodes(AgentId='${agentId}')/SendReport`, report, other)).toBe(401);
    expect(await call("POST", `Nodes(AgentId='${agentId}')/SendReport`, report, mine)).toBe(200);
    const plain = { method: "POST", path: `${BASE}/Nodes(AgentId='${agentId}')/GetDscAction`, body: "{}" };
    expect((await send(gateway.http, plain)).status).toBe(401);
    const module = "Modules(ModuleName='x',ModuleVersion='1.0')/ModuleContent";
    expect(await call("GET", module, "", other, { AgentId: agentId })).toBe(401);
    expect(await call("GET", module, "", mine, { AgentId: agentId })).toBe(404);
  });

  it("pins anew with a registration", async () => {
    const agentId = randomUUID();
    expect(await register(agentId, mine.thumbprint, "2099-01-01T00:00:00Z")).toBe(204);
    expect(await register(agentId, other.thumbprint, "2099-01-01T00:00:00Z", other)).toBe(204);
    expect([await checkIn(agentId, mine), await checkIn(agentId, other)]).toEqual([401, 200]);
  });

  it("shows an operator who comes with a new certificate after the registered one ended, and lets in whom they trust", async () => {
    const agentId = randomUUID();
    expect(await register(agentId, mine.thumbprint, "2020-01-01T00:00:00Z")).toBe(204);
    expect(await checkIn(agentId, other)).toBe(401);
    const shown = await site.command("--json", "node", "show", agentId);
    expect(JSON.parse(shown.out).agents[0].attributes.waitingThumbprint).toBe(other.thumbprint);
    const trusted = await send(gateway.https, {
      method: "PUT",
      path: `/api/v1/nodes/${agentId}/settings/dsc.trustedThumbprint`,
      headers: { Authorization: `Bearer ${gateway.token}` },
      body: JSON.stringify({ value: other.thumbprint }),
    });
    expect(trusted.status).toBe(204);
    expect(await checkIn(agentId, other)).toBe(200);
  });
});

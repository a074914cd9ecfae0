import { once } from "node:events";
import https from "node:https";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import { createTestAuthority, type Identity } from "@gatehouse/http/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../config/load.js";
import { mountable } from "../config/schema.js";
import { serverIssuer } from "./authority/issuer.js";
import { ownCertificate } from "./certificate.js";
import { useGateway } from "./gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

const house = useGateway();
let listeners: Listener[] = [];
let ca = "";

beforeAll(async () => {
  const { service } = house.gateway.authority;
  const own = () => ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), serverIssuer(service));
  const config = loadConfig(
    {},
    { GATEHOUSE_LISTENERS: JSON.stringify([{ address: "127.0.0.1:0", mounts: mountable }]) },
  );
  listeners = await openListeners(config, own, house.gateway.app);
  ca = (await service.caBundle()).pem;
});
afterAll(() => closeListeners(listeners, 0));

/** A certificate as `POST /certificates` makes it. */
async function made(name: string, said: { profile?: CertificateProfile; role?: string } = {}): Promise<Identity> {
  const { profile = "operator", role } = said;
  const extensions = role === undefined ? {} : { pp_auth_role: role };
  const body = { name, profile, extensions };
  const { status, json } = await house.call("POST", "/api/v1/certificates", { token: house.tokens.admin, body });
  expect(status).toBe(201);
  return { cert: json.certificate, key: json.key };
}

/** A client that keeps its connection, and shows a certificate where it has one. */
function clientWith(identity?: Identity) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca, ...identity });
  onTestFinished(() => agent.destroy());
  const client = {
    socket: undefined as TLSSocket | undefined,
    async call(method: string, target: string, said: { body?: object; headers?: Record<string, string> } = {}) {
      const request = https.request(`${listeners[0]?.url}/api/v1${target}`, {
        agent,
        method,
        headers: said.headers ?? {},
      });
      request.end(said.body === undefined ? undefined : JSON.stringify(said.body));
      const [response] = await once(request, "response");
      client.socket = response.socket as TLSSocket;
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      return { status: response.statusCode as number, json: text === "" ? undefined : JSON.parse(text) };
    },
  };
  return client;
}
const revoke = async (name: string, profile = "operator") => {
  const target = `/api/v1/certificates/${name}/revoke?profile=${profile}`;
  expect((await house.call("POST", target, { token: house.tokens.admin })).status).toBe(204);
};

describe("an operator's certificate", () => {
  it.each([
    ["viewer", [200, 403, 403]],
    ["operator", [200, 200, 403]],
    ["admin", [200, 200, 200]],
  ])("of role %s may do what a token of that role may", async (role, allowed) => {
    const { call } = clientWith(await made(`ada-${role}`, { role }));
    const statuses = [];
    for (const target of ["/nodes", "/doctor", "/tokens"]) statuses.push((await call("GET", target)).status);
    expect(statuses).toEqual(allowed);
  });

  it("is who did it, in the audit trail", async () => {
    const { call } = clientWith(await made("grace", { role: "admin" }));
    expect((await call("POST", "/tokens", { body: { name: "by-grace", role: "viewer" } })).status).toBe(201);
    const events = (await call("GET", "/audit-events?actor=certificate:grace")).json.events;
    expect(events).toMatchObject([{ action: "token.create", detail: { name: "by-grace" } }]);
  });

  it("is refused once it is revoked, on new connections and on those that are open", async () => {
    const identity = await made("mallory", { role: "admin" });
    const before = clientWith(identity);
    expect((await before.call("GET", "/tokens")).status).toBe(200);
    const { socket } = before;
    if (socket === undefined) return expect.fail("no connection");
    const closed = once(socket, "close");
    await revoke("mallory");
    await closed;
    const refused = { status: 401, json: { code: "unauthenticated" } };
    expect(await before.call("GET", "/tokens")).toMatchObject(refused);
    expect(await clientWith(identity).call("GET", "/nodes")).toMatchObject(refused);
    // Others go on.
    expect((await clientWith(await made("bob", { role: "viewer" })).call("GET", "/nodes")).status).toBe(200);
  });

  it("counts for nothing beside a token, whatever that may do", async () => {
    const { call } = clientWith(await made("carol", { role: "admin" }));
    const by = (token: string) => call("GET", "/tokens", { headers: { Authorization: `Bearer ${token}` } });
    expect((await by(house.tokens.viewer)).status).toBe(403);
    expect((await by("gth_unknown")).status).toBe(401);
  });

  it("does nothing for pages of another origin", async () => {
    const { call } = clientWith(await made("dave", { role: "admin" }));
    const from = (Origin: string) =>
      call("POST", "/tokens", { body: { name: "from-a-page", role: "viewer" }, headers: { Origin } });
    expect((await from("https://evil.example.org")).status).toBe(403);
    expect((await from(listeners[0]?.url ?? "")).status).toBe(201);
  });
});

describe("no operator is", () => {
  const refused = { status: 401, json: { code: "unauthenticated" } };

  it("who has no certificate", async () => {
    expect(await clientWith().call("GET", "/nodes")).toMatchObject(refused);
  });

  it.each<[string, CertificateProfile]>([
    ["a node", "puppet"],
    ["an inventory agent", "inventory"],
  ])("%s, whatever its certificate says", async (_, profile) => {
    const { call } = clientWith(await made(`node-${profile}`, { profile, role: "admin" }));
    expect(await call("GET", "/nodes")).toMatchObject(refused);
  });

  it("who has a certificate of another authority with the same words in it", async () => {
    // 1.3.6.1.4.1.34380.1.3.13 is pp_auth_role.
    const extensions = ["extendedKeyUsage=clientAuth", "1.3.6.1.4.1.34380.1.3.13=ASN1:UTF8String:admin"];
    const identity = createTestAuthority().issue({ subject: "/O=operator/CN=ada-admin", extensions });
    expect(await clientWith(identity).call("GET", "/nodes")).toMatchObject(refused);
  });

  it.each([undefined, "root"])("made with the role %s", async (role) => {
    const extensions = role === undefined ? {} : { pp_auth_role: role };
    const body = { name: "nobody", profile: "operator", extensions };
    const answer = await house.call("POST", "/api/v1/certificates", { token: house.tokens.admin, body });
    expect([answer.status, answer.json.title]).toEqual([400, expect.stringContaining("viewer, operator, admin")]);
  });
});

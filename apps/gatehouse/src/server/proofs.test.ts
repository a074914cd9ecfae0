import { once } from "node:events";
import https from "node:https";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { basic, contentOf, sayXml, submissions, xmlOf } from "./agents.test.helper.js";
import { serverIssuer } from "./authority/issuer.js";
import { ownCertificate } from "./certificate.js";
import { useGateway } from "./gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

const house = useGateway({ env: { GATEHOUSE_INVENTORY_UNPROVEN: "refuse" } });
const SECRET = "a secret of many";
const CHALLENGE = 'Basic realm="Gatehouse"';
let listeners: Listener[] = [];

beforeAll(async () => {
  await house.gateway.logins.add({ kind: "basic", name: "agents", agent: null, secret: SECRET }, "admin");
  const { service } = house.gateway.authority;
  const own = () => ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), serverIssuer(service));
  const said = [{ address: "127.0.0.1:0", mounts: ["inventory"] }];
  listeners = await openListeners(
    loadConfig({}, { GATEHOUSE_LISTENERS: JSON.stringify(said) }),
    own,
    house.gateway.app,
  );
});
afterAll(() => closeListeners(listeners, 0));

const deviceIdOf = (name: string) => `${name}-2024-02-29-12-00-00`;
const inventoryOf = (name: string, number: number) =>
  xmlOf(
    deviceIdOf(name),
    "INVENTORY",
    contentOf({
      ...{ name, uuid: `4c4c4544-0042-3510-8054-b7c04f4e5${String(number).padStart(3, "0")}` },
      ...{ serial: `SN-${name}`, mac: `52:54:00:ab:ce:${10 + number}` },
    }),
  );
const trustOf = async (name: string) =>
  (await house.gateway.registry.find(name)).flatMap(({ agents }) => agents.map(({ trust }) => trust));

describe("an agent with a login, which it shows when it is asked to", () => {
  it("uploads each message again until it is taken, and leaves one of each", async () => {
    const before = await submissions(house);
    for (const message of [xmlOf(deviceIdOf("basic01"), "PROLOG"), inventoryOf("basic01", 1)]) {
      for (let upload = 0; upload < 2; upload++) {
        const refused = await sayXml(house, message);
        expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, CHALLENGE]);
      }
      expect((await sayXml(house, message, basic("agents", SECRET))).status).toBe(200);
    }
    await house.gateway.work.idle();
    expect([await submissions(house), await trustOf("basic01")]).toEqual([before + 1, ["key"]]);
  });

  it("is refused with a wrong one, and its secret is in no line of the log", async () => {
    const before = await submissions(house);
    for (const headers of [basic("agents", "a wrong secret"), basic("nobody", SECRET), { Authorization: "Basic ?" }]) {
      const refused = await sayXml(house, inventoryOf("basic02", 2), headers);
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, CHALLENGE]);
    }
    expect([await submissions(house), await trustOf("basic02")]).toEqual([before, []]);
    const lines = JSON.stringify(house.lines);
    for (const secret of [SECRET, "a wrong secret", basic("agents", SECRET)["Authorization"]])
      expect(lines).not.toContain(secret);
  });

  it("is asked for it on getConfig too, where what it shows is wrong", async () => {
    const asked = "/plugins/fusioninventory/?action=getConfig&machineid=x";
    const refused = await house.call("GET", asked, { headers: basic("agents", "a wrong secret") });
    expect([refused.status, refused.headers["www-authenticate"], refused.json.status]).toEqual([
      401,
      CHALLENGE,
      "error",
    ]);
    expect((await house.call("GET", asked, { headers: basic("agents", SECRET) })).status).toBe(200);
  });

  it("of a group's own logins is taken with those only", async () => {
    const { logins } = house.gateway;
    await logins.add({ kind: "basic", name: "paris", agent: null, secret: "a secret of paris" }, "admin");
    const group = { rule: { field: "name", eq: "group01" }, settings: { "inventory.access": { logins: ["paris"] } } };
    const put = await house.call("PUT", "/api/v1/groups/paris", { token: house.tokens.admin, body: group });
    expect(put.status).toBe(200);
    const refused = await sayXml(house, inventoryOf("group01", 3), basic("agents", SECRET));
    expect(refused.status).toBe(403);
    const [node] = await house.gateway.registry.find("group01");
    expect(node?.state).toBe("quarantined");
    const taken = await sayXml(house, inventoryOf("group01", 3), basic("paris", "a secret of paris"));
    expect(taken.status).toBe(200);
    expect((await house.gateway.registry.find("group01"))[0]?.state).toBe("active");
  });
});

describe("an agent with OAuth2's client credentials", () => {
  const ask = (client_secret: string) =>
    house.call("POST", "/plugins/fusioninventory/api.php/token", {
      headers: { "Content-Type": "application/json" },
      body: { grant_type: "client_credentials", client_id: "client", client_secret, scope: "inventory" },
    });

  it("gets a token and is taken with it, until its login is revoked", async () => {
    const { logins } = house.gateway;
    await logins.add({ kind: "oauth", name: "client", agent: deviceIdOf("oauth01"), secret: "client secret" }, "admin");
    expect((await ask("another secret")).json).toMatchObject({ error: "invalid_client" });
    const { status, json } = await ask("client secret");
    expect([status, json.token_type, json.expires_in]).toEqual([200, "Bearer", 3600]);
    const bearer = { Authorization: `Bearer ${json.access_token}` };
    expect((await sayXml(house, inventoryOf("oauth01", 4), bearer)).status).toBe(200);
    expect(await trustOf("oauth01")).toEqual(["secret"]);
    // Of one agent: another one gets nowhere with it.
    expect((await sayXml(house, inventoryOf("oauth02", 5), bearer)).status).toBe(403);
    for (const token of [`${json.access_token}x`, json.access_token.slice(1), `x${json.access_token}`])
      expect((await sayXml(house, inventoryOf("oauth01", 4), { Authorization: `Bearer ${token}` })).status).toBe(401);
    await logins.revoke("oauth", "client");
    const refused = await sayXml(house, inventoryOf("oauth01", 4), bearer);
    expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, CHALLENGE]);
    expect((await ask("client secret")).status).toBe(401);
  });
});

describe("an agent with a certificate of profile inventory", () => {
  it("is taken by its name, and another is not taken with it", async () => {
    const made = await house.call("POST", "/api/v1/certificates", {
      token: house.tokens.admin,
      body: { name: deviceIdOf("certified01"), profile: "inventory" },
    });
    expect(made.status).toBe(201);
    const agent = new https.Agent({
      ...{ keepAlive: true, cert: made.json.certificate, key: made.json.key },
      ca: (await house.gateway.authority.service.caBundle()).pem,
    });
    const send = async (body: string, headers: Record<string, string> = {}) => {
      const request = https.request(`${listeners[0]?.url}/plugins/fusioninventory/`, {
        ...{ agent, method: "POST", headers: { "Content-Type": "application/xml", ...headers } },
      });
      request.end(body);
      const [response] = await once(request, "response");
      response.resume();
      await once(response, "end");
      return response.statusCode as number;
    };
    expect(await send(inventoryOf("certified01", 6))).toBe(200);
    expect(await trustOf("certified01")).toEqual(["certificate"]);
    expect(await send(inventoryOf("certified02", 7))).toBe(403);
    expect(await send(inventoryOf("certified01", 6), basic("agents", "a wrong secret"))).toBe(401);
    // From now on nothing less will do.
    expect((await sayXml(house, inventoryOf("certified01", 6), basic("agents", SECRET))).status).toBe(401);
    const target = `/api/v1/certificates/${deviceIdOf("certified01")}/revoke?profile=inventory`;
    const revoked = await house.call("POST", target, { token: house.tokens.admin });
    expect(revoked.status).toBe(204);
    // Its connection may be closed by that: another one is opened then.
    expect(await send(inventoryOf("certified01", 6)).catch(() => send(inventoryOf("certified01", 6)))).toBe(401);
    agent.destroy();
  });
});

describe("a listener that is stricter than the configuration", () => {
  const strict = useGateway();

  it("holds what comes by it, and what comes by others is taken", async () => {
    const config = loadConfig(
      {},
      { GATEHOUSE_LISTENERS: JSON.stringify([{ address: "127.0.0.1:0", tls: "off", unproven: "quarantine" }]) },
    );
    const [listener] = await openListeners(config, () => Promise.reject(new Error("none")), strict.gateway.app);
    if (listener === undefined) throw new Error("no listener");
    const post = (body: string) => fetch(`${listener.url}/plugins/fusioninventory/`, { method: "POST", body });
    expect((await post(inventoryOf("outside01", 8))).status).toBe(200);
    expect((await sayXml(strict, inventoryOf("inside01", 9))).status).toBe(200);
    await closeListeners([listener], 0);
    await strict.gateway.work.idle();
    const find = async (name: string) => (await strict.gateway.registry.find(name))[0];
    const [outside, inside] = [await find("outside01"), await find("inside01")];
    expect([outside?.state, inside?.state]).toEqual(["quarantined", "active"]);
    const serials = (node: typeof outside) => node?.evidence.filter(({ kind }) => kind === "serial").length;
    const sections = (id = "") =>
      strict.db.run("select from inventories where node_id = $1", [id]).then(({ length }) => length);
    expect([await sections(outside?.id), await sections(inside?.id), serials(inside)]).toEqual([0, 1, 1]);
    await strict.gateway.registry.setState(outside?.id ?? "", "active", "admin");
    await strict.gateway.work.idle();
    expect(await sections(outside?.id)).toBe(1);
  });
});

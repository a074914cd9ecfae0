import { createAuthorizationRules } from "@gatehouse/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadConfig } from "../config/load.js";
import { createGatewayAuthorization, type GatewayAuthorization } from "./authorization.js";
import { useGateway } from "./gateway.test.helper.js";

const ofFile = {
  name: "of the file",
  "sort-order": 450,
  "match-request": { path: "/puppet/v3/of-the-file", type: "path" },
  allow: "*",
};
const house = useGateway({ env: { GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([ofFile]) } });
const CA = "/puppet-ca/v1/certificate/ca";
const denial = { "sort-order": 400, "match-request": { path: CA, type: "path" }, deny: "*" };

const admin = (method: string, path: string, body?: unknown) =>
  house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
const put = (name: string, spec: object) =>
  admin("PUT", `/authorization-rules/${encodeURIComponent(name)}`, { protocol: "puppet", spec });
/** What an agent without a certificate gets. */
const agent = async () => (await house.call("GET", CA, { headers: { "X-Forwarded-Proto": "https" } })).status;
/** On the same database, as another gateway is. */
const elsewhere = () => createAuthorizationRules(house.db);
const eventually = (status: number) => expect.poll(agent, { timeout: 20_000 }).toBe(status);

afterEach(async () => {
  for (const { name } of await elsewhere().list()) await elsewhere().remove(name);
  await eventually(200);
});

describe("kept rules", () => {
  it("decide at once in the gateway that was told, and no longer once they are gone", async () => {
    expect(await agent()).toBe(200);
    expect((await put("shut", denial)).status).toBe(200);
    expect(await agent()).toBe(403);
    expect((await put("shut", { ...denial, deny: undefined, "allow-unauthenticated": true })).status).toBe(200);
    expect(await agent()).toBe(200);
    expect((await put("shut", denial)).status).toBe(200);
    expect((await admin("DELETE", "/authorization-rules/shut")).status).toBe(204);
    expect(await agent()).toBe(200);
  });

  it("that another gateway puts decide here too", async () => {
    await elsewhere().put({ name: "shut", protocol: "puppet", spec: denial }, "the other");
    await eventually(403);
    const { rule } = (await admin("POST", "/authorization-rules/explain", { call: `GET ${CA}` })).json;
    expect(rule).toMatchObject({ name: "shut", origin: "stored", createdBy: "the other", fault: null });
    await elsewhere().remove("shut");
    await eventually(200);
  });

  it("that were made otherwise are in every list and explanation that is asked for", async () => {
    const spec = { ...denial, deny: "web02" };
    await elsewhere().put({ name: "x", protocol: "puppet", spec }, "the other");
    const { rules } = (await admin("GET", "/authorization-rules")).json;
    expect(rules[0]).toMatchObject({ name: "x", sortOrder: 400, who: "not web02", createdBy: "the other" });
    expect(rules).toContainEqual(expect.objectContaining({ name: ofFile.name, origin: "configuration" }));
    expect(rules.at(-1)).toMatchObject({ name: "puppetlabs deny all", origin: "default" });
    const asked = { call: `GET ${CA}`, certname: "web02" };
    expect((await admin("POST", "/authorization-rules/explain", asked)).json).toMatchObject({
      allowed: false,
      rule: rules[0],
    });
    expect((await admin("POST", "/authorization-rules/explain", { call: "GET /api/v1" })).status).toBe(400);
  });

  it.each([
    ["does not fit its schema", { ...denial, "sort-order": 0 }, 400],
    ["means nothing", { ...denial, deny: "$1" }, 400],
    ["is huge", { ...denial, deny: Array(1000).fill("n".repeat(100)) }, 413],
  ])("that %s changes nothing", async (_, spec, status) => {
    expect((await put("shut", spec)).status).toBe(status);
    expect([await elsewhere().list(), await agent()]).toEqual([[], 200]);
  });

  it("cannot have the name of one of the configuration", async () => {
    expect((await put(ofFile.name, denial)).json).toMatchObject({ code: "conflict" });
    expect(await elsewhere().list()).toEqual([]);
  });

  it("that mean nothing deny what they are for, are listed with why, and can be taken away", async () => {
    await house.db.run(
      "insert into authorization_rules (name, protocol, rule, created_by) values ('odd', 'puppet', $1, 'nobody')",
      [JSON.stringify({ ...denial, "allow-cidr": "10.0.0.0/8" })],
    );
    await elsewhere().put({ name: "told", protocol: "puppet", spec: { ...denial, "sort-order": 900 } }, "ada");
    await eventually(403);
    const { rules } = (await admin("GET", "/authorization-rules")).json;
    expect(rules[0]).toMatchObject({ name: "odd", fault: expect.stringContaining("additional") });
    expect(house.lines).toContainEqual(
      expect.objectContaining({ level: "error", fields: expect.objectContaining({ rule: "odd" }) }),
    );
    expect((await admin("DELETE", "/authorization-rules/odd")).status).toBe(204);
    expect(await agent()).toBe(200);
  });
});

describe("a gateway whose database is away", () => {
  let gateway: GatewayAuthorization;
  let lines: string[];
  let away: boolean;
  beforeEach(async () => {
    [lines, away] = [[], false];
    const note = (message: string) => void lines.push(message);
    const db = new Proxy(house.db, {
      get(target, key) {
        if (away && (key === "run" || key === "transaction")) return () => Promise.reject(new Error("away"));
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const log = { debug: note, info: note, warn: note, error: note };
    gateway = createGatewayAuthorization({ config: loadConfig({}, {}), db, log });
  });
  afterEach(() => gateway.stop());

  it("goes on with the rules that it knows, says so once, and follows again when it is back", async () => {
    await elsewhere().put({ name: "shut", protocol: "puppet", spec: denial }, "ada");
    await gateway.start();
    const { current } = gateway.known;
    expect(current).toMatchObject([{ name: "shut" }]);
    away = true;
    await elsewhere().remove("shut");
    for (let i = 0; i < 3; i++) await gateway.forOperators.refresh();
    expect(gateway.known.current).toBe(current);
    expect(lines).toEqual(["authorization rules could not be asked for"]);
    await expect(gateway.forOperators.rules()).rejects.toThrow("away");
    away = false;
    await gateway.forOperators.refresh();
    expect(gateway.known.current).toEqual([]);
    expect(lines.at(-1)).toBe("authorization rules are known again");
  });

  it("does not start without them: it would not know whom to deny", async () => {
    away = true;
    await expect(gateway.start()).rejects.toThrow("away");
  });

  it("follows what it is not told of, too", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      await gateway.start();
      await house.db.run(
        `with n as (update authorization_revision set revision = revision + 1)
         insert into authorization_rules (name, protocol, rule, created_by) values ('quiet', 'glpi', '{}', 'x')`,
      );
      await vi.advanceTimersByTimeAsync(5_000);
    } finally {
      vi.useRealTimers();
    }
    await expect.poll(() => gateway.known.current, { timeout: 20_000 }).toMatchObject([{ name: "quiet" }]);
  });
});

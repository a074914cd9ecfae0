import type { KnownAgent } from "@gatehouse/core/nodes";
import { decode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { serve, verified } from "../../puppet.test.helper.js";

const NODE = "web01.example.org";
const peer = verified(NODE);
const json = { Accept: "application/json, text/pson" };

const AGENT: KnownAgent = {
  agentId: "a",
  nodeId: "n",
  attributes: {},
  settings: {},
  state: "active",
  trust: "certificate",
  revision: 1,
  groupsRevision: 1,
  hasWork: false,
};

async function house(settings: object = {}, facts: object | undefined = undefined, later?: object) {
  let isSettled = later === undefined;
  const served = await serve({
    submissions: {
      accept: async () => undefined,
      settled: async (agentId) => {
        isSettled = agentId === AGENT.agentId;
        return isSettled;
      },
    },
    assignments: { resolved: async () => ({ settings: settings as Record<string, unknown>, conflicts: [] }) },
    facts: {
      of: async () => [],
      ofAgent: async ({ value }, source) =>
        value === NODE && source === "puppet" && facts !== undefined
          ? { agent: AGENT, text: JSON.stringify(isSettled ? (later ?? facts) : facts), isWaiting: !isSettled }
          : undefined,
    },
  });
  served.environments.deploy("staging", {});
  const ask = (query = "environment=production", headers: Record<string, string> = json) =>
    served.send("GET", `/puppet/v3/node/${NODE}?${query}`, { peer, headers });
  return { ...served, ask };
}

describe("GET node", () => {
  it("of one that never sent facts has its name and environment (p7-03, exchange 3)", async () => {
    const { ask } = await house();
    const answer = await ask(
      "environment=production&configured_environment=production&transaction_uuid=x&fail_on_404=true",
    );
    expect(answer).toMatchObject({
      status: 200,
      type: "application/json;charset=utf-8",
      text: `{"name":"${NODE}","environment":"production"}`,
    });
  });

  it("has what the agent handed in just before", async () => {
    const { ask } = await house({}, { a: 1 }, { a: 2 });
    expect(JSON.parse((await ask()).text)).toMatchObject({ parameters: { a: 2 } });
  });

  it("has its facts, and what its groups give it, which comes first", async () => {
    const settings = {
      "puppet.environment": "staging",
      "puppet.parameters": { role: "web", a: 2 },
      "puppet.classes": { ntp: { servers: [] } },
    };
    const { ask } = await house(settings, { a: 1, os: {} });
    expect(JSON.parse((await ask()).text)).toEqual({
      name: NODE,
      environment: "staging",
      parameters: { a: 2, os: {}, role: "web" },
      classes: { ntp: { servers: [] } },
    });
  });

  it.each<[string, object, object]>([
    ["facts alone", { "puppet.parameters": {} }, { parameters: { os: { a: 1 } } }],
    ["facts and classes", { "puppet.classes": { ntp: {} } }, { parameters: { os: { a: 1 } }, classes: { ntp: {} } }],
  ])("passes on %s, in every format", async (_, settings, said) => {
    const { ask } = await house(settings, { os: { a: 1 } });
    const whole = { name: NODE, environment: "production", ...said };
    expect((await ask()).text).toBe(JSON.stringify(whole));
    expect((await ask(undefined, { Accept: "pson" })).text).toBe(JSON.stringify(whole));
    expect(decode((await ask(undefined, { Accept: "application/x-msgpack" })).bytes)).toEqual(whole);
  });

  it("of facts that say nothing has none", async () => {
    expect((await (await house({}, {})).ask()).text).toBe(`{"name":"${NODE}","environment":"production"}`);
  });

  it.each([
    ["text/pson", "text/pson"],
    ["pson, b64_zlib_yaml, yaml", "text/pson"],
    ["*/*", "application/json;charset=utf-8"],
    ["application/x-msgpack, application/json", "application/x-msgpack"],
  ])("for who accepts %s is %s", async (Accept, type) => {
    const answer = await (await house()).ask(undefined, { Accept });
    const said = type.endsWith("msgpack") ? decode(answer.bytes) : JSON.parse(answer.text);
    expect([answer.type, said]).toEqual([type, { name: NODE, environment: "production" }]);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["", json, 400, "Bad Request: An environment parameter must be specified"],
    ["environment=a%2Fb", json, 400, "Bad Request: The environment must be purely alphanumeric, not 'a/b'"],
    ["environment=nosuch", json, 404, "Not Found: Could not find environment 'nosuch'"],
    ["environment=production", {}, 400, "Bad Request: Missing required Accept header"],
  ])("refuses ?%s %j", async (query, headers, status, message) => {
    const answer = await (await house()).ask(query, headers);
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([status, message]);
  });

  it("is refused where groups do not agree on the environment", async () => {
    const conflict = { setting: "puppet.environment", path: [], groups: ["x", "y"] as const };
    const { send } = await serve({ assignments: { resolved: async () => ({ settings: {}, conflicts: [conflict] }) } });
    const answer = await send("GET", `/puppet/v3/node/${NODE}?environment=production`, { peer, headers: json });
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining("Groups x and y have one priority")]);
  });
});

import type { AgentLogin, NewAgentLogin } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const SECRET = "correct-horse-battery";
const AGENT = "3A609A2E-947F-4E6A-9AF9-32C024AC3944";
const fleet: AgentLogin = {
  ...{ id: "7", kind: "basic", name: "fleet", agent: null },
  ...{ createdAt: AT, createdBy: "ada", revokedAt: null },
};
const shown = (login: AgentLogin) => ({ ...login, createdAt: AT.toISOString() });

async function houseOf(...before: AgentLogin[]) {
  const live = [...before];
  const added: NewAgentLogin[] = [];
  const { call, events } = await serveApi({
    logins: {
      list: async () => live,
      add: async (login, createdBy) => {
        if (live.some(({ kind, name }) => kind === login.kind && name === login.name))
          throw new GatehouseError("conflict", "There is a login of this name.");
        added.push(login);
        const { kind, name, agent } = login;
        return { id: "8", kind, name, agent, createdAt: AT, createdBy, revokedAt: null };
      },
      revoke: async (kind, nameOrId) => {
        const at = live.findIndex((one) => one.kind === kind && [one.name, one.id].includes(nameOrId));
        return at < 0 ? undefined : live.splice(at, 1)[0];
      },
    },
  });
  return { call, events, added, live };
}

describe("logins of agents", () => {
  it("are listed for operators without their secrets", async () => {
    const { call } = await houseOf(fleet);
    expect((await call("viewer", "GET", "/enrolment/logins")).status).toBe(403);
    expect((await call("operator", "GET", "/enrolment/logins")).json).toEqual({ logins: [shown(fleet)] });
  });

  it("get a secret of 32 characters where none is given, told once and in no trail", async () => {
    const { call, events, added } = await houseOf();
    const made = await Promise.all(
      ["a", "b"].map((name) => call("admin", "POST", "/enrolment/logins", { kind: "oauth", name })),
    );
    const secrets = made.map(({ json }) => json.secret as string);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{32}$/);
    expect(new Set(secrets).size).toBe(2);
    expect(added.map(({ secret }) => secret).toSorted()).toEqual(secrets.toSorted());
    expect(JSON.stringify(events)).not.toContain(secrets[0]);
    const detail = { kind: "oauth", name: "a", agent: null };
    expect(events).toContainEqual({ actor: "the-admin", action: "agent-login.add", subject: "8", detail });
  });

  it("are of one agent, in whichever case that is told", async () => {
    const { call, added } = await houseOf();
    const login = { kind: "basic", name: "web ü", agent: ` ${AGENT} `, secret: SECRET };
    const { status, json } = await call("admin", "POST", "/enrolment/logins", login);
    expect([status, json]).toEqual([
      201,
      { ...shown(fleet), id: "8", name: "web ü", agent: AGENT.toLowerCase(), createdBy: "the-admin", secret: SECRET },
    ]);
    expect(added).toEqual([{ ...login, agent: AGENT.toLowerCase() }]);
  });

  it.each<[number, string, object]>([
    [400, "no kind", { name: "x", secret: SECRET }],
    [400, "a kind that is none", { kind: SECRET, name: "x" }],
    [400, "no name", { kind: "basic", secret: SECRET }],
    [400, "a name with a colon, which Basic cannot carry", { kind: "basic", name: "a:b", secret: SECRET }],
    [400, "a short secret", { kind: "basic", name: "x", secret: "correct" }],
    [400, "a control in the secret", { kind: "basic", name: "x", secret: `${SECRET}\n` }],
    [400, "half of a pair in the secret", { kind: "basic", name: "x", secret: `${SECRET}\ud800` }],
    [400, "a secret that is no text", { kind: "basic", name: "x", secret: { secret: SECRET } }],
    [400, "a secret in the wrong field", { kind: "basic", name: "x", password: SECRET }],
    [400, "an agent without a name", { kind: "basic", name: "x", agent: " ", secret: SECRET }],
    [400, "an agent with U+0000", { kind: "basic", name: "x", agent: "a\u0000", secret: SECRET }],
    [409, "the name of another", { kind: "basic", name: "fleet", secret: SECRET }],
    [413, "a huge secret", { kind: "basic", name: "x", secret: SECRET.repeat(6_000) }],
  ])("are refused with %i for %s, without repeating the secret", async (status, _, body) => {
    const { call, events, added } = await houseOf(fleet);
    const answer = await call("admin", "POST", "/enrolment/logins", body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/correct/);
    expect([added, events]).toEqual([[], []]);
  });

  it("are changed by admins only", async () => {
    const { call, events, live } = await houseOf(fleet);
    for (const role of ["viewer", "operator"] as const) {
      expect((await call(role, "POST", "/enrolment/logins", { kind: "basic", name: "x" })).status).toBe(403);
      expect((await call(role, "DELETE", "/enrolment/logins/basic/fleet")).status).toBe(403);
    }
    expect([live, events]).toEqual([[fleet], []]);
  });

  it.each([
    ["fleet", "fleet"],
    ["7", "fleet"],
    ["a/b ü", "a/b ü"],
    ["__proto__", "__proto__"],
  ])("are revoked once, by name or id: %s", async (by, name) => {
    const { call, events } = await houseOf({ ...fleet, name });
    const path = `/enrolment/logins/basic/${encodeURIComponent(by)}`;
    expect((await call("admin", "DELETE", path)).status).toBe(204);
    expect((await call("admin", "DELETE", path)).status).toBe(404);
    const detail = { kind: "basic", name, agent: null };
    expect(events).toEqual([{ actor: "the-admin", action: "agent-login.revoke", subject: "7", detail }]);
  });

  it.each(["oauth", "BASIC", "constructor", "%00"])("are of a kind: %s/fleet is none", async (kind) => {
    const { call, live } = await houseOf(fleet);
    expect([400, 404]).toContain((await call("admin", "DELETE", `/enrolment/logins/${kind}/fleet`)).status);
    expect(live).toEqual([fleet]);
  });
});

import type { NewRegistrationToken, RegistrationToken } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const SECRET = "5d41402a-bc4b-4a76-b971-9d911017c592";
const TOKENS = "/enrolment/tokens";
const fleet: RegistrationToken = {
  ...{ id: "5", name: "fleet", tag: null, agent: null, mostUses: null, uses: 3 },
  ...{ createdAt: AT, createdBy: "ada", expiresAt: null, revokedAt: null },
};

async function houseOf(...before: RegistrationToken[]) {
  const live = [...before];
  const added: NewRegistrationToken[] = [];
  const { call, events } = await serveApi({
    registrationTokens: {
      list: async () => live,
      add: async (token, createdBy) => {
        if (live.some(({ name }) => name === token.name)) throw new GatehouseError("conflict", "The name is taken.");
        added.push(token);
        const { secret: _, ...said } = token;
        return { ...fleet, ...said, id: "6", uses: 0, createdBy };
      },
      revoke: async (nameOrId) => {
        const at = live.findIndex(({ id, name }) => [id, name].includes(nameOrId));
        const [token] = at < 0 ? [] : live.splice(at, 1);
        return token && { token: { ...token, revokedAt: AT }, keys: 12 };
      },
    },
  });
  return { call, events, added, live };
}

describe("registration tokens", () => {
  it("are listed for operators without their secrets", async () => {
    const { call } = await houseOf(fleet);
    expect((await call("viewer", "GET", TOKENS)).status).toBe(403);
    const { json } = await call("operator", "GET", TOKENS);
    expect(json).toEqual({ tokens: [{ ...fleet, createdAt: AT.toISOString() }] });
  });

  it("get a random secret where none is given, told once and in no trail", async () => {
    const { call, events, added } = await houseOf();
    const { status, json } = await call("admin", "POST", TOKENS, { name: "lab" });
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: "lab", tag: null, agent: null, mostUses: null, expiresAt: null, uses: 0 });
    expect(json.secret).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(added[0]?.secret.toString("hex")).toBe(json.secret.replaceAll("-", ""));
    expect(events).toMatchObject([{ actor: "the-admin", action: "registration-token.create", subject: "6" }]);
    expect(JSON.stringify(events)).not.toContain(json.secret);
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("are of an agent, of a tag, for some uses, until a time", async () => {
    const { call, events, added } = await houseOf();
    const agent = "3A609A2E-947F-4E6A-9AF9-32C024AC3944";
    const expiresAt = "2026-03-31T12:00:00+02:00";
    const body = { name: "lab", agent, tag: "lab ü", mostUses: 20, expiresAt, secret: SECRET.toUpperCase() };
    const { json } = await call("admin", "POST", TOKENS, body);
    const said = { name: "lab", agent: agent.toLowerCase(), tag: "lab ü", mostUses: 20 };
    expect(json).toMatchObject({ ...said, expiresAt: "2026-03-31T10:00:00.000Z", secret: SECRET });
    const end = new Date(expiresAt);
    expect(added).toEqual([{ ...said, expiresAt: end, secret: Buffer.from(SECRET.replaceAll("-", ""), "hex") }]);
    expect(events.map(({ detail }) => detail)).toEqual([{ ...said, expiresAt: end }]);
  });

  it.each<[number, string, object]>([
    [400, "no name", { secret: SECRET }],
    [400, "a name that is none", { name: "a b", secret: SECRET }],
    [400, "a secret that is no UUID", { name: "lab", secret: `${SECRET}0` }],
    [400, "a UUID of version 1", { name: "lab", secret: "5d41402a-bc4b-11e1-b971-9d911017c592" }],
    [400, "a UUID of zeros", { name: "lab", secret: "00000000-0000-0000-0000-000000000000" }],
    [400, "a secret that is no text", { name: "lab", secret: [SECRET] }],
    [400, "a secret in the wrong field", { name: "lab", token: SECRET }],
    [400, "a long secret", { name: "lab", secret: SECRET.repeat(10) }],
    [400, "an agent that is no agentid", { name: "lab", agent: "web01-2024-02-29-12-00-00" }],
    [400, "an empty tag", { name: "lab", tag: "" }],
    [400, "a tag with U+0000", { name: "lab", tag: "a\u0000" }],
    [400, "no uses", { name: "lab", mostUses: 0 }],
    [400, "uses beyond all bounds", { name: "lab", mostUses: 1e300 }],
    [400, "a time that has been", { name: "lab", expiresAt: AT.toISOString() }],
    [400, "a time that is none", { name: "lab", expiresAt: "2026-02-31T00:00:00Z" }],
    [409, "the name of another", { name: "fleet", secret: SECRET }],
    [413, "a huge secret", { name: "lab", secret: SECRET.repeat(6_000) }],
  ])("are refused with %i for %s, without repeating the secret", async (status, _, body) => {
    const { call, events, added } = await houseOf(fleet);
    const answer = await call("admin", "POST", TOKENS, body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/5d41402a/);
    expect([added, events]).toEqual([[], []]);
  });

  it("are changed by admins only", async () => {
    const { call, events, live } = await houseOf(fleet);
    for (const role of ["viewer", "operator"] as const) {
      expect((await call(role, "POST", TOKENS, { name: "lab" })).status).toBe(403);
      expect((await call(role, "DELETE", `${TOKENS}/fleet`)).status).toBe(403);
    }
    expect([live, events]).toEqual([[fleet], []]);
  });

  it.each(["fleet", "5"])("are revoked once, by name or id, and say what went with them: %s", async (by) => {
    const { call, events } = await houseOf(fleet);
    const { status, json } = await call("admin", "DELETE", `${TOKENS}/${by}`);
    expect([status, json]).toMatchObject([200, { token: { name: "fleet", revokedAt: AT.toISOString() }, keys: 12 }]);
    expect((await call("admin", "DELETE", `${TOKENS}/${by}`)).status).toBe(404);
    const detail = { name: "fleet", keys: 12 };
    expect(events).toEqual([{ actor: "the-admin", action: "registration-token.revoke", subject: "5", detail }]);
  });
});

import type { AgentKey } from "@gatehouse/core/enrolment";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const OWNER = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const KEYS = "/enrolment/agent-keys";
const key: AgentKey = {
  ...{ id: "9", owner: OWNER, nodeId: null, token: "fleet", createdAt: AT, expiresAt: AT },
  ...{ confirmedAt: null, revokedAt: null, renewalAskedAt: null },
};

async function houseOf(key: AgentKey | undefined, keysOfOwner = 1) {
  const asked: unknown[] = [];
  const { call, events } = await serveApi({
    agentKeys: {
      list: async (page) => {
        asked.push(page);
        return { keys: key === undefined ? [] : [key], next: "more" };
      },
      find: async (id) => (id === key?.id ? key : undefined),
      revoke: async (id) => (id === key?.id ? { ...key, revokedAt: AT } : undefined),
      askRenewal: async (owner) => {
        asked.push(owner);
        return keysOfOwner;
      },
    },
  });
  return { call, events, asked };
}

describe("keys of agents", () => {
  it("are listed for operators page by page", async () => {
    const { call, asked } = await houseOf(key);
    expect((await call("viewer", "GET", KEYS)).status).toBe(403);
    const { json } = await call("operator", "GET", `${KEYS}?limit=1&after=x&agent=${OWNER.toUpperCase()}`);
    expect(json).toEqual({
      keys: [{ ...key, createdAt: AT.toISOString(), expiresAt: AT.toISOString() }],
      next: "more",
    });
    await call("operator", "GET", KEYS);
    expect(asked).toEqual([{ limit: 1, after: "x", owner: OWNER }, { limit: 100 }]);
  });

  it.each([
    "?limit=501",
    "?limit=0",
    "?agent=",
    "?agent=%00",
    `?agent=${"a".repeat(256)}`,
    "?owner=x",
    "?agent=a&agent=b",
  ])("are not asked for by %s", async (query) => {
    const { call, asked } = await houseOf(key);
    expect((await call("operator", "GET", `${KEYS}${query}`)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it("are revoked by admins, by id", async () => {
    const { call, events } = await houseOf(key);
    for (const role of ["viewer", "operator"] as const)
      expect((await call(role, "DELETE", `${KEYS}/9`)).status).toBe(403);
    expect((await call("admin", "DELETE", `${KEYS}/8`)).status).toBe(404);
    expect((await call("admin", "DELETE", `${KEYS}/9`)).json).toMatchObject({ id: "9", revokedAt: AT.toISOString() });
    const detail = { owner: OWNER, token: "fleet" };
    expect(events).toEqual([{ actor: "the-admin", action: "agent-key.revoke", subject: "9", detail }]);
  });

  it("are renewed by asking whose they are", async () => {
    const { call, events, asked } = await houseOf(key, 2);
    expect((await call("operator", "POST", `${KEYS}/9/renew`)).status).toBe(403);
    expect((await call("admin", "POST", `${KEYS}/9/renew`)).json).toEqual({ owner: OWNER, keys: 2 });
    expect(asked).toEqual([OWNER]);
    expect(events).toEqual([{ actor: "the-admin", action: "agent-key.renew", subject: "9", detail: { owner: OWNER } }]);
  });

  it.each<[string, AgentKey | undefined, number]>([
    ["is not there", undefined, 1],
    ["is revoked", { ...key, revokedAt: AT }, 1],
    ["came to its end, as all of its owner", key, 0],
  ])("that %s is not renewed", async (_, found, keysOfOwner) => {
    const { call, events } = await houseOf(found, keysOfOwner);
    expect((await call("admin", "POST", `${KEYS}/9/renew`)).status).toBe(404);
    expect(events).toEqual([]);
  });
});

import { type Credential, credentialFault } from "@gatehouse/core/credentials";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const SECRET = "correct-horse";
const password = { kind: "password", username: "root", secret: SECRET };
const community = { kind: "snmp-community", secret: SECRET };

async function houseOf(...before: Credential[]) {
  const kept = new Map(before.map((credential) => [credential.name, credential]));
  const { call, events } = await serveApi({
    credentials: {
      list: async () =>
        [...kept.values()].map(({ secret: _, ...shown }) => ({ ...shown, createdAt: AT, createdBy: "ada" })),
      put: async (credential, createdBy) => {
        const fault = credentialFault(credential);
        if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
        kept.set(credential.name, credential);
        const { secret: _, ...shown } = credential;
        return { ...shown, createdAt: AT, createdBy };
      },
      remove: async (name) => kept.delete(name),
    },
  });
  return { call, events, kept };
}
const esx: Credential = { name: "esx", kind: "password", username: "root", secret: SECRET };

describe("credentials", () => {
  it("are listed for operators without their secrets", async () => {
    const { call } = await houseOf(esx);
    expect((await call("viewer", "GET", "/credentials")).status).toBe(403);
    const { json, text } = await call("operator", "GET", "/credentials");
    expect(json.credentials).toEqual([
      { name: "esx", kind: "password", username: "root", createdAt: AT.toISOString(), createdBy: "ada" },
    ]);
    expect(text).not.toContain(SECRET);
  });

  it.each([
    ["esx", password, "root"],
    ["a/b ü", community, null],
    ["__proto__", password, "root"],
  ])("are put by admins, and told back and audited without the secret: %s", async (name, body, username) => {
    const { call, events, kept } = await houseOf();
    const { status, json, text } = await call("admin", "PUT", `/credentials/${encodeURIComponent(name)}`, body);
    expect([status, json]).toEqual([
      200,
      { name, kind: body.kind, username, createdAt: AT.toISOString(), createdBy: "the-admin" },
    ]);
    expect(kept.get(name)).toEqual({ name, kind: body.kind, username, secret: SECRET });
    expect(events).toEqual([
      { actor: "the-admin", action: "credential.put", subject: name, detail: { kind: body.kind, username } },
    ]);
    expect(text + JSON.stringify(events)).not.toContain(SECRET);
  });

  it.each<[number, string, object]>([
    [400, "no kind", { secret: SECRET }],
    [400, "a kind that is none", { ...password, kind: SECRET }],
    [400, "no secret", { kind: "password", username: "root" }],
    [400, "a secret that is no text", { ...password, secret: { secret: SECRET } }],
    [400, "a secret in the wrong field", { ...password, password: SECRET }],
    [400, "no username", { kind: "password", secret: SECRET }],
    [400, "a username of a community", { ...community, username: SECRET }],
    [400, "an empty secret", { ...password, secret: "" }],
    [400, "U+0000 in the secret", { ...password, secret: `${SECRET}\u0000` }],
    [400, "a long secret", { ...password, secret: SECRET.repeat(400) }],
    [413, "a huge secret", { ...password, secret: SECRET.repeat(6_000) }],
  ])("are refused with %i for %s, without repeating it", async (status, _, body) => {
    const { call, events, kept } = await houseOf(esx);
    const answer = await call("admin", "PUT", "/credentials/esx", body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(SECRET);
    expect([[...kept.values()], events]).toEqual([[esx], []]);
  });

  it("are changed by admins only", async () => {
    const { call, events, kept } = await houseOf(esx);
    for (const role of ["viewer", "operator"] as const) {
      expect((await call(role, "PUT", "/credentials/esx", community)).status).toBe(403);
      expect((await call(role, "DELETE", "/credentials/esx")).status).toBe(403);
    }
    expect([[...kept.values()], events]).toEqual([[esx], []]);
  });

  it("are taken away once", async () => {
    const { call, events } = await houseOf(esx);
    expect((await call("admin", "DELETE", "/credentials/esx")).status).toBe(204);
    expect((await call("admin", "DELETE", "/credentials/esx")).status).toBe(404);
    expect(events).toEqual([{ actor: "the-admin", action: "credential.remove", subject: "esx" }]);
  });

  it("cannot be asked for one by one: nothing reads a secret", async () => {
    const { call } = await houseOf(esx);
    expect([404, 405]).toContain((await call("admin", "GET", "/credentials/esx")).status);
  });
});

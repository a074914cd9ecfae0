import { documented } from "@gatehouse/api/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const admin = (method: string, path: string, body?: unknown) =>
  house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
const audit = () => house.db.run("select actor, action, subject, detail from audit_events order by id");
beforeEach(() => house.db.run("delete from audit_events"));
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe("tokens", () => {
  it("are made, used, listed without their text, and revoked", async () => {
    const made = await admin("POST", "/tokens", { name: "ci", role: "viewer", expiresAt: inAnHour() });
    expect(made.status).toBe(201);
    const { token, ...shown } = made.json;
    expect(token).toMatch(/^gth_[A-Za-z0-9_-]{43}$/);
    const list = () => house.call("GET", "/api/v1/nodes", { token });
    expect((await list()).status).toBe(200);
    const listed = await admin("GET", "/tokens");
    expect(listed.json.tokens).toContainEqual(shown);
    expect(listed.text).not.toContain(token);
    expect(listed.headers["cache-control"]).toBe("no-store");
    expect((await admin("DELETE", "/tokens/ci")).status).toBe(204);
    expect((await list()).status).toBe(401);
    expect((await admin("DELETE", "/tokens/ci")).status).toBe(404);
    expect(await audit()).toEqual([
      { actor: "the-admin", action: "token.create", subject: shown.id, detail: { name: "ci", role: "viewer" } },
      { actor: "the-admin", action: "token.revoke", subject: "ci", detail: {} },
    ]);
  });

  it("let nobody in once they are expired", async () => {
    const { json } = await admin("POST", "/tokens", { name: "short", role: "admin", expiresAt: inAnHour() });
    await house.db.run("update api_tokens set expires_at = now() - interval '1 second' where name = 'short'");
    expect((await house.call("GET", "/api/v1/tokens", { token: json.token })).status).toBe(401);
  });

  it.each([
    ["no body", undefined],
    ["no JSON", "{"],
    ["another type", []],
    ["an unknown field", { name: "x", role: "viewer", secret: "mine" }],
    ["no role", { name: "x" }],
    ["another role", { name: "x", role: "root" }],
    ["a name with a slash", { name: "a/b", role: "viewer" }],
    ["no name", { name: "", role: "viewer" }],
    ["a past end", { name: "x", role: "viewer", expiresAt: "2001-01-01T00:00:00Z" }],
    ["an end that is no time", { name: "x", role: "viewer", expiresAt: "tomorrow" }],
    ["__proto__", '{"name":"x","role":"viewer","__proto__":{"role":"admin"}}'],
  ])("are not made of %s", async (_, body) => {
    const answer = await admin("POST", "/tokens", body);
    expect([answer.status, answer.json.code]).toEqual([400, "request-malformed"]);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json.requestId).toBe(answer.headers["x-request-id"]);
    expect(await audit()).toEqual([]);
  });

  it("have names of their own", async () => {
    expect((await admin("POST", "/tokens", { name: "the-viewer", role: "admin" })).status).toBe(409);
    expect(await audit()).toEqual([]);
  });

  it("are not made of a body over the limit", async () => {
    expect((await admin("POST", "/tokens", Buffer.alloc(65 * 1024, 32))).status).toBe(413);
  });
});

describe("enrolment keys", () => {
  const KEY = "0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e";

  it("are added, listed without their text, and revoked", async () => {
    const made = await admin("POST", "/enrolment-keys/dsc", { name: "fleet", key: KEY });
    expect(made).toMatchObject({ status: 201, json: { name: "fleet", key: KEY, warnings: [] } });
    const listed = await house.call("GET", "/api/v1/enrolment-keys/dsc", { token: house.tokens.operator });
    expect(listed.json.keys.map(({ name }: { name: string }) => name)).toEqual(["fleet"]);
    expect(listed.text).not.toContain(KEY);
    expect((await admin("POST", "/enrolment-keys/dsc", { name: "fleet", key: `${KEY}0` })).status).toBe(409);
    expect((await admin("DELETE", `/enrolment-keys/dsc/${made.json.id}`)).status).toBe(204);
    expect((await admin("DELETE", "/enrolment-keys/dsc/fleet")).status).toBe(404);
    expect((await audit()).map(({ action, subject }) => [action, subject])).toEqual([
      ["enrolment-key.add", made.json.id],
      ["enrolment-key.revoke", made.json.id],
    ]);
  });

  it("are made up when none is given, and warn of what Linux cannot use", async () => {
    const made = await admin("POST", "/enrolment-keys/dsc", { name: "made-up" });
    expect(made.json.key).toMatch(/^[0-9a-f-]{36}$/);
    const odd = await admin("POST", "/enrolment-keys/dsc", { name: "odd", key: "sixteen & more $ characters" });
    expect(odd.json.warnings).toHaveLength(1);
  });

  it.each([
    [{ name: "x", key: "short" }, 400],
    [{ name: "x", key: ` ${KEY}` }, 400],
    [{ name: "x", key: `${KEY}\n` }, 400],
    [{ name: "x", key: KEY, protocol: "puppet" }, 400],
    [{ key: KEY }, 400],
    [{ name: "x", key: 1 }, 400],
    ["not JSON", 400],
  ])("are not made of %j", async (body, status) => {
    const answer = await admin("POST", "/enrolment-keys/dsc", body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(KEY);
    expect(await audit()).toEqual([]);
  });

  it("belong to a protocol that there is", async () => {
    expect((await admin("GET", "/enrolment-keys/nothing")).status).toBe(404);
    expect((await admin("POST", "/enrolment-keys/__proto__", { name: "x" })).status).toBe(404);
  });
});

describe("a name that PostgreSQL cannot hold, or that is broken", () => {
  it.each(["/tokens/%00", "/enrolment-keys/dsc/%00", "/tokens/%ED%A0%80", "/tokens/%", "/tokens/%FF"])(
    "is no fault of ours at DELETE %s",
    async (path) => {
      const { status } = await admin("DELETE", path);
      expect([400, 404]).toContain(status);
    },
  );
});

import { randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** What inventory agents prove themselves with. */
export function enrolment({ admin, house }: DocumentedSite): void {
  it("logins and tokens of agents come and go", async () => {
    const login = { kind: "basic", name: "fleet", secret: "correct-horse-battery" };
    expect((await admin("POST", "/enrolment/logins", login)).status).toBe(201);
    expect((await admin("POST", "/enrolment/logins", login)).status).toBe(409);
    expect((await admin("POST", "/enrolment/logins", { ...login, kind: "oauth", agent: "WEB01-2024" })).status).toBe(
      201,
    );
    expect((await admin("GET", "/enrolment/logins")).json.logins).toMatchObject([
      { kind: "basic", name: "fleet", agent: null, createdBy: "the-admin", revokedAt: null },
      { kind: "oauth", name: "fleet", agent: "web01-2024" },
    ]);
    expect((await admin("DELETE", "/enrolment/logins/basic/fleet")).status).toBe(204);
    expect((await admin("DELETE", "/enrolment/logins/basic/fleet")).status).toBe(404);
    const secret = randomUUID();
    const token = { name: "lab", tag: "lab", mostUses: 5, expiresAt: "2100-01-01T00:00:00Z", secret };
    expect((await admin("POST", "/enrolment/tokens", token)).json).toMatchObject({ uses: 0, secret });
    expect((await admin("POST", "/enrolment/tokens", token)).status).toBe(409);
    expect((await admin("POST", "/enrolment/tokens", { ...token, name: "same" })).status).toBe(409);
  });

  it("keys of agents are listed, renewed, revoked, and go with their token", async () => {
    const [{ id: token } = expect.fail("no token")] = (await admin("GET", "/enrolment/tokens")).json.tokens;
    const [owner, other] = [randomUUID(), randomUUID()];
    // As REGISTER leaves them; nobody opens with these.
    for (const agent of [owner, other])
      await house.db.run(
        "insert into agent_keys (id, owner, token_id, secret, expires_at) values ($1, $2, $3, $4, '2100-01-01')",
        [randomUUID(), agent, token, randomBytes(60)],
      );
    const { keys, next } = (await admin("GET", `/enrolment/agent-keys?agent=${owner.toUpperCase()}`)).json;
    expect([keys, next]).toMatchObject([[{ owner, token: "lab", confirmedAt: null, renewalAskedAt: null }], null]);
    const path = `/enrolment/agent-keys/${keys[0].id}`;
    expect((await admin("POST", `${path}/renew`)).json).toEqual({ owner, keys: 1 });
    expect((await admin("GET", `/enrolment/agent-keys?agent=${owner}`)).json.keys[0].renewalAskedAt).not.toBeNull();
    expect((await admin("DELETE", path)).json).toMatchObject({ owner });
    for (const again of [await admin("DELETE", path), await admin("POST", `${path}/renew`)])
      expect(again.status).toBe(404);
    for (const none of ["x", "0", randomUUID()])
      expect((await admin("DELETE", `/enrolment/agent-keys/${none}`)).status).toBe(404);
    expect((await admin("GET", "/enrolment/agent-keys?after=foreign")).status).toBe(400);
    expect((await admin("DELETE", "/enrolment/tokens/lab")).json).toMatchObject({ token: { name: "lab" }, keys: 1 });
    expect((await admin("DELETE", "/enrolment/tokens/lab")).status).toBe(404);
  });
}

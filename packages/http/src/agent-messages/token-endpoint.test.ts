import { fixedClock } from "@gatehouse/core/clock";
import type { AgentLogin } from "@gatehouse/core/enrolment";
import { describe, expect, it } from "vitest";
import { Admission } from "../admission.js";
import { serve } from "../server.test.helper.js";
import { loginOfToken } from "./access-token.js";
import { createProofOf } from "./proof.js";
import { provingWith } from "./proof.test.helper.js";
import { agentMessagesTable } from "./table.js";
import { createTokenEndpoint } from "./token-endpoint.js";

const SECRETS = { client: "client secret", "client 2+3": "a +% secret", agents: "basic secret" };
const login = (id: string, kind: AgentLogin["kind"], name: string): AgentLogin => ({
  ...{ id, kind, name, agent: null, createdAt: new Date(0), createdBy: "admin", revokedAt: null },
});
const LOGINS = [login("3", "oauth", "client"), login("4", "oauth", "client 2+3"), login("5", "basic", "agents")];
const asked = { grant_type: "client_credentials", client_id: "client", client_secret: SECRETS.client };
const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };

async function front() {
  const { deps, verified } = provingWith(LOGINS, SECRETS, fixedClock("2026-11-22T10:00:00Z"));
  const requests = { "check-in": 9, content: 9, submission: 2, operator: 9, platform: 9 };
  const admission = new Admission({ requests, bodyBytes: 1 << 30 });
  const table = agentMessagesTable({
    ...{ dialects: [], prefixes: ["/glpi"], admission },
    ...{ proofOf: createProofOf(deps), tokenEndpoint: createTokenEndpoint(deps) },
  });
  const served = await serve(table);
  const ask = async (
    body: object | string | Buffer,
    headers: Record<string, string> = JSON_TYPE,
    path = "/api.php/token",
  ) => {
    const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await served.send("POST", path, headers, text);
    return { ...answer, json: answer.text === "" ? undefined : JSON.parse(answer.text) };
  };
  return { ...served, deps, verified, ask };
}
const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;

describe("a token", () => {
  it("is given to a client, in JSON as GLPI Agent asks for it", async () => {
    const { ask, deps } = await front();
    // As recorded in glpi-oauth.
    const answer = await ask({ ...asked, scope: "inventory" }, { ...JSON_TYPE, "User-Agent": "GLPI-Agent_v1.12-dev" });
    expect([answer.status, answer.json]).toEqual([
      200,
      { token_type: "Bearer", access_token: expect.any(String), expires_in: 3600, scope: "inventory" },
    ]);
    expect(answer.headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    expect(loginOfToken(deps.tokenKey, answer.json.access_token, deps.clock.now())).toBe("3");
  });

  it.each([
    "/front/inventory.php/api.php/token",
    "/front/inventory.php//api.php/token",
    "/glpi/api.php/token",
    "/glpi/front/inventory.php/api.php/token/",
    "/plugins/glpiinventory/api.php/token",
    "/plugins/glpiinventory/b/deploy/api.php/token",
    "//api.php/token",
  ])("is given at %s", async (path) => {
    const { ask } = await front();
    expect((await ask(asked, JSON_TYPE, path)).status).toBe(200);
  });

  it("is given to who asks by a form, and who shows itself by Basic", async () => {
    const { ask } = await front();
    const form = new URLSearchParams({ ...asked, scope: "inventory", other: "x" });
    expect((await ask(form.toString(), FORM_TYPE)).status).toBe(200);
    const granted = "grant_type=client_credentials";
    const shown = basic("client", SECRETS.client);
    expect((await ask(granted, { ...FORM_TYPE, Authorization: shown })).status).toBe(200);
    expect((await ask(`${granted}&client_id=client`, { ...FORM_TYPE, Authorization: shown })).status).toBe(200);
    // RFC 6749, section 2.3.1: both are encoded as in a form.
    const encoded = basic(encodeURIComponent("client 2+3"), encodeURIComponent("a +% secret").replace("%20", "+"));
    expect((await ask(granted, { ...FORM_TYPE, Authorization: encoded })).status).toBe(200);
  });

  it("can be had in JSON under any label", async () => {
    const { ask } = await front();
    for (const headers of [{}, FORM_TYPE, { "Content-Type": "text/plain" }])
      expect((await ask(asked, headers)).status).toBe(200);
  });
});

describe("who asks wrongly", () => {
  it.each([
    ["nothing", "", "invalid_request"],
    ["no JSON", "{", "invalid_request"],
    ["no object", "[]", "invalid_request"],
    ["null", "null", "invalid_request"],
    ["no grant", { ...asked, grant_type: undefined }, "invalid_request"],
    ["a number", { ...asked, client_id: 7 }, "invalid_request"],
    ["an object", { ...asked, client_secret: { a: 1 } }, "invalid_request"],
    ["deep nesting", `{"grant_type":${"[".repeat(4000)}`, "invalid_request"],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22]), "invalid_request"],
    ["a parameter twice", "grant_type=client_credentials&grant_type=x", "invalid_request"],
    ["another grant", { ...asked, grant_type: "password" }, "unsupported_grant_type"],
    ["another scope", { ...asked, scope: "api" }, "invalid_scope"],
    ["more scopes", { ...asked, scope: "inventory api" }, "invalid_scope"],
    ["no scope at all", { ...asked, scope: "" }, "invalid_scope"],
    ["what is no property of its own", '{"__proto__":{"grant_type":"client_credentials"}}', "invalid_request"],
  ])("is told so: %s", async (_, body, error) => {
    const { ask, verified } = await front();
    const headers = typeof body === "string" && body.includes("=") ? FORM_TYPE : JSON_TYPE;
    const answer = await ask(body, headers);
    expect([answer.status, answer.json]).toEqual([400, { error, error_description: expect.stringMatching(/\.$/) }]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(verified).toEqual([]);
  });

  it("in two ways at once is told so", async () => {
    const { ask } = await front();
    const Authorization = basic("client", SECRETS.client);
    for (const body of [asked, { ...asked, client_secret: undefined, client_id: "other" }])
      expect((await ask(body, { ...JSON_TYPE, Authorization })).json).toMatchObject({ error: "invalid_request" });
  });

  it.each([
    ["a wrong secret", { ...asked, client_secret: "a wrong one" }, undefined],
    ["a client that is not there", { ...asked, client_id: "nobody" }, undefined],
    ["a login for Basic", { ...asked, client_id: "agents", client_secret: SECRETS.agents }, undefined],
    ["no client", { grant_type: "client_credentials" }, undefined],
    ["no secret", { grant_type: "client_credentials", client_id: "client" }, undefined],
    ["U+0000", { ...asked, client_id: "client\0" }, undefined],
    ["a lone surrogate", '{"grant_type":"client_credentials","client_id":"\\ud800","client_secret":"x"}', undefined],
    ["a token", { grant_type: "client_credentials" }, "Bearer abc"],
    ["a wrong secret by Basic", { grant_type: "client_credentials" }, basic("client", "a wrong one")],
  ])("gets none, with %s", async (_, body, authorization) => {
    const { ask, lines } = await front();
    const answer = await ask(body, { ...JSON_TYPE, ...(authorization && { Authorization: authorization }) });
    expect([answer.status, answer.json.error]).toEqual([401, "invalid_client"]);
    expect(answer.headers["www-authenticate"]).toBe('Basic realm="Gatehouse"');
    expect(lines[0]).toMatchObject({ message: "request refused", fields: { route: "inventory.token" } });
    expect(JSON.stringify(lines)).not.toContain("wrong one");
  });

  it("too often is turned away, with when to come again", async () => {
    const { ask, verified } = await front();
    for (let i = 0; i < 20; i++) await ask({ ...asked, client_secret: `guess number ${i}` });
    const answer = await ask(asked);
    expect([answer.status, answer.json.error]).toEqual([429, "temporarily_unavailable"]);
    expect(answer.headers["retry-after"]).toBe("60");
    expect(verified).toHaveLength(20);
  });

  it("with more than 8 KiB is not read", async () => {
    const { ask } = await front();
    const answer = await ask({ ...asked, padding: "x".repeat(9000) });
    expect([answer.status, answer.json.error]).toEqual([413, "invalid_request"]);
  });

  it("with another verb is told which one", async () => {
    const { send } = await front();
    for (const target of ["/api.php/token", "/api.php/token?action=getConfig"]) {
      const answer = await send("GET", target);
      expect([answer.status, answer.headers["allow"], answer.body.length]).toEqual([405, "POST", 0]);
    }
  });
});

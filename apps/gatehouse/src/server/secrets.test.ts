import { createHash, createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
const A = "6D1FA4F7-0000-4000-8000-00000000000A";
const KEY = "registration-key-0123456789abcdef";
const NODE = `/PSDSCPullServer.svc/Nodes(AgentId='${A}')`;

function registration(key: string) {
  const body = JSON.stringify({
    AgentInformation: { LCMVersion: "2.0", NodeName: "host", IPAddress: "10.0.0.1" },
    ConfigurationNames: ["Web"],
    RegistrationInformation: { RegistrationMessageType: "ConfigurationRepository", CertificateInformation: null },
  });
  const date = new Date().toISOString();
  const toSign = `${createHash("sha256").update(body).digest("base64")}\n${date}`;
  const signature = createHmac("sha256", key).update(toSign).digest("base64");
  return { body, headers: { Authorization: `Shared ${signature}`, "x-ms-date": date } };
}

it("keeps the texts of tokens and keys out of the log, the audit trail, the figures and every later answer", async () => {
  const admin = (method: string, path: string, body?: unknown) =>
    house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
  const answers: string[] = [];
  const note = async (call: Promise<{ text: string; status: number }>, status: number) => {
    const answer = await call;
    expect(answer.status).toBe(status);
    answers.push(answer.text);
  };

  // The two answers that do hold a secret: they made it.
  const added = await admin("POST", "/enrolment-keys/dsc", { name: "fleet", key: KEY });
  const made = await admin("POST", "/tokens", { name: "made", role: "operator" });
  const madeUp = await admin("POST", "/enrolment-keys/dsc", { name: "made-up" });
  expect([added.status, made.status, madeUp.status]).toEqual([201, 201, 201]);
  const secrets: string[] = [KEY, made.json.token, madeUp.json.key, ...Object.values(house.tokens)];

  await note(house.call("PUT", NODE, registration(KEY)), 204);
  await note(house.call("PUT", NODE, registration("another-key-0123456789")), 401);
  await note(house.call("GET", "/api/v1/nodes", { token: made.json.token }), 200);
  await note(house.call("DELETE", "/api/v1/tokens/made", { token: made.json.token }), 403);
  await note(admin("POST", "/enrolment-keys/dsc", { name: "fleet", key: KEY }), 409);
  await note(admin("POST", "/enrolment-keys/dsc", { name: "bad", key: KEY, extra: KEY }), 400);
  await note(admin("POST", "/tokens", { name: "made", role: made.json.token }), 400);
  await note(admin("GET", "/enrolment-keys/dsc"), 200);
  await note(admin("GET", "/tokens"), 200);
  await note(admin("GET", `/nodes/${A}`), 200);
  await note(admin("DELETE", "/tokens/made"), 204);
  await note(house.call("GET", "/api/v1/nodes", { token: made.json.token }), 401);
  await note(admin("DELETE", "/enrolment-keys/dsc/fleet"), 204);
  await note(house.call("PUT", NODE, registration(KEY)), 401);
  await note(house.call("GET", "/metrics"), 200);

  const everything = [
    JSON.stringify(house.lines),
    JSON.stringify(await house.db.run("select * from audit_events")),
    JSON.stringify(await house.db.run("select * from registrations")),
    ...answers,
  ];
  expect(house.lines.length).toBeGreaterThan(15);
  expect(everything[1]).toContain("enrolment-key.revoke");
  for (const secret of secrets) {
    for (const text of everything) expect(text.includes(secret)).toBe(false);
  }
});

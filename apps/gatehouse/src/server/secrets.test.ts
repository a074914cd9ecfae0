import { createHash, createHmac, createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { csrFor } from "./csr.test.helper.js";
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

/** Every row of every table by the table's name, and what PEM texts in it hold. */
async function dump(): Promise<Map<string, string>> {
  const tables = await house.db.run<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const found = new Map<string, string>();
  for (const { name } of tables) {
    const rows = (await house.db.run<{ row: string }>(`select t::text as row from ${name} t`)).map(({ row }) => row);
    const der = [...rows.join().matchAll(/-----BEGIN [A-Z ]+-----([^-]+)-----END/g)];
    found.set(
      name,
      [...rows, ...der.map(([, body = ""]) => Buffer.from(body, "base64").toString("latin1"))].join("\n"),
    );
  }
  return found;
}

it("keeps the secrets of credentials out of the log, the audit trail, every answer, and the database in the clear", async () => {
  const call = (role: "viewer" | "operator" | "admin", method: string, path: string, body?: unknown) =>
    house.call(method, `/api/v1${path}`, { token: house.tokens[role], ...(body === undefined ? {} : { body }) });
  const secrets = ["pass-phrase-of-esx", "another-pass-phrase", "community-of-switches", "refused-pass-phrase"];
  const [first, second, community, refused] = secrets;
  const esx = { kind: "password", username: "root" };
  const answers: string[] = [];
  for (const [role, method, path, body, status] of [
    ["admin", "PUT", "/credentials/esx", { ...esx, secret: first }, 200],
    ["admin", "PUT", "/credentials/esx", { ...esx, secret: second }, 200],
    ["admin", "PUT", "/credentials/switches", { kind: "snmp-community", secret: community }, 200],
    ["admin", "PUT", "/credentials/esx", { kind: "password", secret: refused }, 400],
    ["admin", "PUT", "/credentials/esx", { ...esx, secret: `${refused}\u0000` }, 400],
    ["admin", "PUT", "/credentials/esx", { ...esx, secret: [refused] }, 400],
    ["admin", "PUT", "/credentials/esx", { ...esx, kind: refused, secret: refused }, 400],
    ["admin", "PUT", "/credentials/esx", `{"secret": "${refused}"`, 400],
    ["viewer", "PUT", "/credentials/esx", { ...esx, secret: refused }, 403],
    ["operator", "PUT", "/credentials/esx", { ...esx, secret: refused }, 403],
    ["operator", "GET", "/credentials", undefined, 200],
    ["admin", "GET", "/audit-events?action=credential.", undefined, 200],
    ["admin", "DELETE", "/credentials/esx", undefined, 204],
  ] as const) {
    const answer = await call(role, method, path, body);
    expect([path, JSON.stringify(body), answer.status]).toEqual([path, JSON.stringify(body), status]);
    answers.push(answer.text);
  }
  const tables = await dump();
  expect(tables.get("credentials")).toContain("switches");
  expect(tables.get("audit_events")).toContain("credential.remove");
  const { text } = await house.call("GET", "/metrics");
  const everything = [JSON.stringify(house.lines), ...answers, ...tables.values(), text].join("\n");
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")])
      expect(everything.includes(form)).toBe(false);
  }
});

it("keeps the secrets of agents' logins and tokens out of the log, the trail, every later answer, and the database in the clear", async () => {
  const call = (method: string, path: string, body?: unknown) =>
    house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
  const [login, token, refused] = ["login-pass-phrase", "5d41402a-bc4b-4a76-b971-9d911017c592", "refused-pass-phrase"];
  const made = [
    await call("POST", "/enrolment/logins", { kind: "basic", name: "given", secret: login }),
    await call("POST", "/enrolment/logins", { kind: "oauth", name: "made" }),
    await call("POST", "/enrolment/tokens", { name: "given", secret: token }),
    await call("POST", "/enrolment/tokens", { name: "made" }),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  const answers: string[] = [];
  for (const [method, path, body, status] of [
    ["POST", "/enrolment/logins", { kind: "basic", name: "given", secret: refused }, 409],
    ["POST", "/enrolment/logins", { kind: refused, name: "x", secret: refused }, 400],
    ["POST", "/enrolment/logins", { kind: "basic", name: "x", secret: `${refused}\u0000` }, 400],
    ["POST", "/enrolment/logins", `{"secret": "${refused}"`, 400],
    ["POST", "/enrolment/tokens", { name: "x", secret: refused }, 400],
    ["POST", "/enrolment/tokens", { name: "same", secret: token }, 409],
    ["GET", "/enrolment/logins", undefined, 200],
    ["GET", "/enrolment/tokens", undefined, 200],
    ["GET", "/enrolment/agent-keys", undefined, 200],
    ["DELETE", "/enrolment/logins/basic/given", undefined, 204],
    ["DELETE", "/enrolment/tokens/given", undefined, 200],
    ["GET", "/audit-events", undefined, 200],
    ["GET", "/enrolment/logins", undefined, 200],
  ] as const) {
    const answer = await call(method, path, body);
    expect([path, JSON.stringify(body), answer.status]).toEqual([path, JSON.stringify(body), status]);
    answers.push(answer.text);
  }
  const tables = await dump();
  expect(tables.get("agent_logins")).toContain("given");
  expect(tables.get("registration_tokens")).toContain("given");
  expect(tables.get("audit_events")).toContain("registration-token.revoke");
  const everything = [JSON.stringify(house.lines), ...answers, ...tables.values()].join("\n");
  const bytes = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");
  const secrets = [login, refused, made[1]?.json.secret].map((text) => Buffer.from(text));
  const tokens = [token, made[3]?.json.secret];
  for (const text of tokens) expect(everything.includes(text)).toBe(false);
  for (const secret of [...secrets, ...tokens.map(bytes)])
    for (const form of ["utf8", "hex", "base64"] as const)
      expect(everything.includes(secret.toString(form))).toBe(false);
});

describe("the authority's secrets", () => {
  const admin = (method: string, path: string, body?: unknown) =>
    house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
  const agent = (method: string, path: string, body?: string) =>
    house.call(method, `/puppet-ca/v1/${path}`, { headers: { "X-Forwarded-Proto": "https" }, body });

  /** What a key would be found by, out of its primes: a line of its PEM, and bytes as PostgreSQL shows them. */
  function marksOf(pem: string): string[] {
    const lines = pem.split("\n");
    const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
    const middle = der.subarray(der.length / 2, der.length / 2 + 24).toString("hex");
    const line = lines[Math.floor(lines.length / 2)] ?? "";
    return [line, Buffer.from(line).toString("hex"), middle];
  }
  it("are in no log, no later answer, and not in the clear in the database", async () => {
    const { key, rootKey } = (await house.gateway.authority.store.authority()) ?? expect.fail("no authority");
    const answers: string[] = [];
    const note = async (call: Promise<{ text: string; status: number }>, status: number) => {
      const answer = await call;
      expect(answer.status).toBe(status);
      answers.push(answer.text);
    };

    // The two answers that do hold a secret: they made it.
    const generated = await admin("POST", "/certificates", { name: "made-here" });
    const rule = await admin("PUT", "/autosign-rules/web", { kind: "token", names: ["*.web.example.org"], uses: 5 });
    expect([generated.status, rule.status]).toEqual([201, 200]);
    const { secret: challengePassword } = rule.json;

    const [signed, waiting] = ["a.web.example.org", "b.example.org"].map((name) => csrFor(name, { challengePassword }));
    await note(agent("PUT", "certificate_request/a.web.example.org", signed), 200);
    await note(agent("PUT", "certificate_request/b.example.org", waiting), 200);
    await note(agent("PUT", "certificate_request/another.example.org", waiting), 400);
    const whileItWaits = await dump();
    expect(whileItWaits.get("certificate_requests")).toContain("b.example.org");
    await note(agent("GET", "certificate_request/b.example.org"), 404);
    await note(admin("POST", "/autosign-rules/test", { csr: waiting }), 200);
    await note(admin("POST", "/autosign-rules/test", { csr: `${waiting}${challengePassword}` }), 400);
    await note(admin("GET", "/certificate-requests"), 200);
    await note(admin("GET", "/certificates/a.web.example.org"), 200);
    await note(admin("GET", "/certificates/b.example.org"), 200);
    await note(admin("POST", "/certificates/b.example.org/sign", {}), 204);
    await note(admin("GET", "/certificates?history=true"), 200);
    await note(admin("GET", "/certificates/made-here"), 200);
    await note(admin("GET", "/autosign-rules"), 200);
    await note(admin("PUT", "/autosign-rules/web", { kind: "token", sha256: challengePassword }), 400);
    await note(admin("GET", "/authority"), 200);
    await note(admin("GET", "/authority/ca.pem"), 200);
    await note(admin("GET", "/audit-events"), 200);
    await note(admin("GET", "/doctor"), 200);
    await note(agent("GET", "certificate/ca"), 200);
    await note(agent("GET", "certificate/a.web.example.org"), 200);
    await note(house.call("GET", "/metrics"), 200);

    const secrets = [challengePassword, ...[key, rootKey ?? "", generated.json.key].flatMap(marksOf)];
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(30);
    const tables = await dump();
    expect([...tables.keys()]).toEqual(expect.arrayContaining(["authorities", "autosign_rules", "certificates"]));
    // What is looked through does hold what it should.
    expect(tables.get("certificates")).toContain("a.web.example.org");
    expect(tables.get("autosign_rules")).toContain(createHash("sha256").update(challengePassword).digest("hex"));
    for (const secret of secrets) {
      for (const [name, text] of [...whileItWaits, ...tables]) expect(text.includes(secret), name).toBe(false);
      for (const text of [JSON.stringify(house.lines), ...answers]) expect(text.includes(secret)).toBe(false);
    }
  });
});

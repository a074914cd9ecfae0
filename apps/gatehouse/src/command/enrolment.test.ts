import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-enrolment-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const SECRET = "5d41402a-bc4b-4a76-b971-9d911017c592";
const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const LATER = "2100-01-01T00:00:00.000Z";
const fileOf = (text: string) => {
  const file = path.join(dir, "secret");
  writeFileSync(file, text);
  return file;
};
/** Lines of a table, by column. */
const columns = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

const token = {
  ...{ id: "5", name: "fleet", tag: null, agent: null, mostUses: null, uses: 3 },
  ...{ createdAt: AT, createdBy: "ada", expiresAt: null, revokedAt: null },
};
const login = {
  ...{ id: "7", kind: "basic", name: "fleet", agent: null },
  ...{ createdAt: AT, createdBy: "ada", revokedAt: null },
};
const key = {
  ...{ id: "9", owner: AGENT, nodeId: "n-1", token: "fleet", createdAt: AT, expiresAt: LATER },
  ...{ confirmedAt: AT, revokedAt: null, renewalAskedAt: null },
};

describe("gatehouse enrolment token", () => {
  const create = ["enrolment", "token", "create", "lab"];

  it("create prints the secret, and nothing else", async () => {
    const { gatehouse, asked } = await gatewayOf({ "POST /enrolment/tokens": { ...token, secret: SECRET } });
    expect(await gatehouse(create)).toMatchObject({ code: 0, out: `${SECRET}\n`, err: "" });
    expect(asked).toEqual([["POST /enrolment/tokens", { name: "lab" }]]);
  });

  it("create sends for whom it is, how often and how long", async () => {
    const { gatehouse, asked } = await gatewayOf({ "POST /enrolment/tokens": { ...token, secret: SECRET } });
    const more = ["--tag", "lab ü", "--agent", AGENT, "--uses", "20", "--expires", "2100-01-01"];
    const { json } = await gatehouse(["--json", ...create, ...more, "--secret-file", fileOf(`${SECRET}\r\n`)]);
    expect(json).toMatchObject({ id: "5", secret: SECRET });
    const said = { tag: "lab ü", agent: AGENT, mostUses: 20, expiresAt: LATER, secret: SECRET };
    expect(asked).toEqual([["POST /enrolment/tokens", { name: "lab", ...said }]]);
  });

  it("create takes how long from now on", async () => {
    const { gatehouse, asked } = await gatewayOf({ "POST /enrolment/tokens": { ...token, secret: SECRET } });
    const before = Date.now();
    await gatehouse([...create, "--expires", "30d"]);
    const after = Date.now();
    const sent = asked.map(([, body]) => Date.parse((body as { expiresAt: string }).expiresAt) - 30 * 86_400_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toBeGreaterThanOrEqual(before);
    expect(sent[0]).toBeLessThanOrEqual(after);
  });

  it.each([
    ["the secret is an argument", ["--secret", SECRET]],
    ["there is no such file", ["--secret-file", path.join(dir, "none")]],
    ["it is for no use", ["--uses", "0"]],
    ["it ends at no time", ["--expires", "soon"]],
  ])("create sends nothing where %s", async (_, more) => {
    const { gatehouse, asked } = await gatewayOf({});
    const { code, out, err } = await gatehouse([...create, ...more]);
    expect([code, out, asked]).toEqual([2, "", []]);
    expect(err).not.toContain(SECRET);
  });

  it("list shows states, and for whom each is", async () => {
    const tokens = [
      token,
      { ...token, name: "one\u001b", agent: AGENT, tag: "lab", mostUses: 5, expiresAt: LATER },
      { ...token, name: "used", mostUses: 3 },
      { ...token, name: "old", expiresAt: AT },
      { ...token, name: "gone", revokedAt: AT, expiresAt: AT },
    ];
    const { gatehouse } = await gatewayOf({ "GET /enrolment/tokens": { tokens } });
    const [head, ...rows] = columns((await gatehouse(["enrolment", "token", "list"])).out);
    expect(head).toEqual(["NAME", "STATE", "FOR", "USES", "MADE", "BY", "ENDS", "ID"]);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ["fleet", "active", "all", "3"],
      ["one\ufffd", "active", `${AGENT}, tag lab`, "3 of 5"],
      ["used", "used up", "all", "3 of 3"],
      ["old", "expired", "all", "3"],
      ["gone", "revoked", "all", "3"],
    ]);
  });

  it("revoke says what went with it", async () => {
    const { gatehouse, asked } = await gatewayOf({ "DELETE /enrolment/tokens/a%2Fb": { token, keys: 12 } });
    const { code, out } = await gatehouse(["enrolment", "token", "revoke", "a/b"]);
    expect([code, out]).toEqual([0, "fleet is revoked, and 12 keys with it.\n"]);
    expect(asked).toEqual([["DELETE /enrolment/tokens/a%2Fb"]]);
  });
});

describe("gatehouse enrolment login", () => {
  it.each([
    ["made by the gateway", [], {}],
    ["of a file", ["--secret-file"], { secret: "correct horse" }],
  ])("add prints the secret %s", async (_, option, secret) => {
    const { gatehouse, asked } = await gatewayOf({ "POST /enrolment/logins": { ...login, secret: "s3cret-s3cret" } });
    const file = option.flatMap((name) => [name, fileOf("correct horse\n")]);
    const { code, out } = await gatehouse(["enrolment", "login", "add", "fleet", "--kind", "basic", ...file]);
    expect([code, out]).toEqual([0, "s3cret-s3cret\n"]);
    expect(asked).toEqual([["POST /enrolment/logins", { kind: "basic", name: "fleet", ...secret }]]);
  });

  it("add sends whose it is", async () => {
    const { gatehouse, asked } = await gatewayOf({ "POST /enrolment/logins": { ...login, secret: "s3cret-s3cret" } });
    await gatehouse(["enrolment", "login", "add", "web01", "--kind", "oauth", "--agent", AGENT]);
    expect(asked).toEqual([["POST /enrolment/logins", { kind: "oauth", name: "web01", agent: AGENT }]]);
  });

  it.each([
    ["no kind", []],
    ["a kind that is none", ["--kind", "digest"]],
  ])("add sends nothing with %s", async (_, more) => {
    const { gatehouse, asked } = await gatewayOf({});
    expect((await gatehouse(["enrolment", "login", "add", "fleet", ...more])).code).toBe(2);
    expect(asked).toEqual([]);
  });

  it("add says what the gateway refuses", async () => {
    const problem = aProblem(409, "conflict", "There is a login of this name.");
    const { gatehouse } = await gatewayOf({ "POST /enrolment/logins": problem });
    const { code, err } = await gatehouse(["enrolment", "login", "add", "fleet", "--kind", "basic"]);
    expect([code, err]).toEqual([1, expect.stringContaining("There is a login of this name.")]);
  });

  it("list shows whose each is", async () => {
    const logins = [login, { ...login, name: "web\u001b", kind: "oauth", agent: AGENT, revokedAt: AT }];
    const { gatehouse } = await gatewayOf({ "GET /enrolment/logins": { logins } });
    expect(columns((await gatehouse(["enrolment", "login", "list"])).out).map((row) => row.slice(0, 4))).toEqual([
      ["NAME", "KIND", "STATE", "OF"],
      ["fleet", "basic", "active", "many"],
      ["web\ufffd", "oauth", "revoked", AGENT],
    ]);
  });

  it.each([
    [[], "DELETE /enrolment/logins/basic/fleet"],
    [["--kind", "oauth"], "DELETE /enrolment/logins/oauth/fleet"],
  ])("revoke with %j", async (more, call) => {
    const { gatehouse, asked } = await gatewayOf({ [call]: undefined });
    expect(await gatehouse(["enrolment", "login", "revoke", "fleet", ...more])).toMatchObject({
      ...{ code: 0, out: "fleet is revoked.\n" },
    });
    expect(asked).toEqual([[call]]);
  });
});

describe("gatehouse enrolment key", () => {
  it("list shows whose they are and their states, and goes on", async () => {
    const keys = [
      key,
      { ...key, confirmedAt: null },
      { ...key, renewalAskedAt: AT },
      { ...key, expiresAt: AT },
      { ...key, revokedAt: AT, nodeId: null },
    ];
    const { gatehouse, asked } = await gatewayOf({ "GET /enrolment/agent-keys": { keys, next: "more" } });
    const { out } = await gatehouse(["enrolment", "key", "list", AGENT, "--limit", "5"]);
    expect(columns(out).map((row) => row[1])).toEqual([
      ...["STATE", "active", "not used yet", "to be renewed", "expired", "revoked"],
      undefined,
    ]);
    expect(out).toContain("There are more: --all, or --after more\n");
    expect(asked).toEqual([[`GET /enrolment/agent-keys?limit=5&agent=${AGENT}`]]);
  });

  it("list says where keys come from", async () => {
    const { gatehouse } = await gatewayOf({ "GET /enrolment/agent-keys": { keys: [], next: null } });
    expect((await gatehouse(["enrolment", "key", "list"])).out).toMatch(/register with a token/);
    expect((await gatehouse(["--json", "enrolment", "key", "list"])).json).toEqual({ keys: [], next: null });
  });

  it("revoke and renew say whose it is", async () => {
    const { gatehouse } = await gatewayOf({
      "DELETE /enrolment/agent-keys/9": { ...key, revokedAt: AT },
      "POST /enrolment/agent-keys/9/renew": { owner: AGENT, keys: 1 },
    });
    expect((await gatehouse(["enrolment", "key", "revoke", "9"])).out).toBe(`Key 9 of ${AGENT} is revoked.\n`);
    expect((await gatehouse(["enrolment", "key", "renew", "9"])).out).toBe(
      `${AGENT} is asked to register anew when it calls next.\n`,
    );
  });
});

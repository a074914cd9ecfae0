import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-credential-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const SECRET = "correct-horse";
const fileOf = (text: string) => {
  const file = path.join(dir, "secret");
  writeFileSync(file, text);
  return file;
};
const esx = { name: "esx", kind: "password", username: "root", createdAt: AT, createdBy: "ada" };
const add = ["credential", "add", "esx", "--kind", "password", "--username", "root"];

describe("gatehouse credential add", () => {
  it.each([
    [SECRET, SECRET],
    [`${SECRET}\n`, SECRET],
    [`${SECRET}\r\n`, SECRET],
    [`${SECRET}\n\n`, `${SECRET}\n`],
    [` ${SECRET} `, ` ${SECRET} `],
  ])("sends what the file holds, without the end of its last line: %j", async (text, secret) => {
    const { gatehouse, asked } = await gatewayOf({ "PUT /credentials/esx": esx });
    const { code, out, err } = await gatehouse([...add, "--secret-file", fileOf(text)]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^esx is kept/);
    expect(out).not.toContain(SECRET);
    expect(asked).toEqual([["PUT /credentials/esx", { kind: "password", username: "root", secret }]]);
  });

  it("sends what the environment holds, as it is", async () => {
    const { gatehouse, asked } = await gatewayOf({ "PUT /credentials/switches": { ...esx, name: "switches" } });
    const args = ["--json", "credential", "add", "switches", "--kind", "snmp-community", "--secret-env", "MINE"];
    const { code, json } = await gatehouse(args, { MINE: `${SECRET}\n` });
    expect([code, json.name]).toEqual([0, "switches"]);
    expect(asked).toEqual([["PUT /credentials/switches", { kind: "snmp-community", secret: `${SECRET}\n` }]]);
  });

  it.each([
    ["nothing says where the secret is", []],
    ["there is no such file", ["--secret-file", path.join(dir, "none")]],
    ["the file is a folder", ["--secret-file", dir]],
    ["there is no such variable", ["--secret-env", "NOT_MINE"]],
    ["the variable is empty", ["--secret-env", "EMPTY"]],
    // Somebody may well take it for the place of the secret.
    ["the secret is where its place should be", ["--secret-env", SECRET]],
    ["the secret is an argument", ["--secret", SECRET]],
    ["both are said", ["--secret-env", "MINE", "--secret-file", path.join(dir, "secret")]],
  ])("sends nothing where %s", async (_, args) => {
    const { gatehouse, asked } = await gatewayOf({});
    const { code, out, err } = await gatehouse([...add, ...args], { MINE: SECRET, EMPTY: "" });
    expect([code, out, asked]).toEqual([2, "", []]);
    expect(err).not.toBe("");
    expect(err).not.toContain(SECRET);
  });

  it("says what the gateway refuses", async () => {
    const problem = aProblem(400, "request-malformed", "A password needs the username that it is for.");
    const { gatehouse } = await gatewayOf({ "PUT /credentials/esx": problem });
    const { code, err } = await gatehouse([...add, "--secret-env", "MINE"], { MINE: SECRET });
    expect([code, err]).toEqual([1, expect.stringContaining("A password needs the username")]);
  });
});

describe("gatehouse credential list and remove", () => {
  it("shows all but the secrets", async () => {
    const switches = { ...esx, name: "switches\u001b[2J", kind: "snmp-community", username: null };
    const { gatehouse } = await gatewayOf({ "GET /credentials": { credentials: [esx, switches] } });
    expect((await gatehouse(["credential", "list"])).out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["NAME", "KIND", "USERNAME", "PUT", "BY"],
      ["esx", "password", "root", "2026-03-01 10:00:00Z", "ada"],
      ["switches\ufffd[2J", "snmp-community", "-", "2026-03-01 10:00:00Z", "ada"],
      [""],
    ]);
  });

  it("says what to do where there is none", async () => {
    const { gatehouse } = await gatewayOf({ "GET /credentials": { credentials: [] } });
    expect((await gatehouse(["credential", "list"])).out).toContain("gatehouse credential add NAME");
  });

  it("takes one away, whatever its name", async () => {
    const { gatehouse, asked } = await gatewayOf({ "DELETE /credentials/a%2Fb": undefined });
    expect(await gatehouse(["credential", "remove", "a/b"])).toMatchObject({ code: 0, out: "a/b is gone.\n" });
    expect(asked).toEqual([["DELETE /credentials/a%2Fb"]]);
  });
});

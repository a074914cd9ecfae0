import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { comingMoment, duration, extension } from "./ca-options.js";
import { AT, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-ca-policy-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const aRule = (said: object) => ({
  name: "web",
  kind: "all",
  profile: "puppet",
  origin: "stored",
  used: null,
  createdAt: AT,
  createdBy: "ada",
  ...said,
});

describe("gatehouse ca policy list", () => {
  it("shows in order what each rule signs", async () => {
    const rules = [
      aRule({ kind: "name", certname: "db1", origin: "configuration", createdAt: null, createdBy: null }),
      aRule({ kind: "token", used: 1, uses: 5, readmit: true, expiresAt: AT, names: ["*.a", "b"] }),
      aRule({ kind: "token", used: 0, uses: null, readmit: false, profile: "inventory" }),
      aRule({ kind: "extension", extension: "pp_role", value: "web-*" }),
    ];
    const { ca } = await gatewayOf({ "GET /autosign-rules": { rules } });
    const at = "2026-03-01 10:00:00Z";
    const kept = `ada, ${at}`;
    expect((await ca("policy", "list")).out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["NAME", "KIND", "PROFILE", "SIGNS", "USED", "ENDS", "KEPT BY"],
      ["web", "name", "puppet", "db1", "-", "-", "configuration"],
      ["web", "token", "puppet", "who has the token for *.a, b (again too)", "1 of 5", at, kept],
      ["web", "token", "inventory", "who has the token", "0 of any number", "-", kept],
      ["web", "extension", "puppet", "pp_role=web-*", "-", "-", kept],
      [""],
    ]);
  });

  it("says what to do where there is none", async () => {
    const { ca } = await gatewayOf({ "GET /autosign-rules": { rules: [] } });
    expect((await ca("policy", "list")).out).toContain("gatehouse ca policy add NAME --kind token");
  });
});

describe("gatehouse ca policy add", () => {
  it.each([
    ["--kind all", { kind: "all" }],
    ["--kind name --certname db1 --profile inventory", { kind: "name", certname: "db1", profile: "inventory" }],
    ["--kind glob --pattern *.a", { kind: "glob", pattern: "*.a" }],
    [
      "--kind extension --extension pp_role=a=* --names *.a,b",
      { kind: "extension", extension: "pp_role", value: "a=*", names: ["*.a", "b"] },
    ],
    ["--kind token --uses 5", { kind: "token", uses: 5 }],
    [
      "--kind token --unlimited --readmit --expires 2099-01-01",
      { kind: "token", uses: null, readmit: true, expiresAt: "2099-01-01T00:00:00.000Z" },
    ],
    ["--kind all --certname db1", { kind: "all", certname: "db1" }],
  ])("with %s asks for that", async (words, rule) => {
    const { ca, asked } = await gatewayOf({
      "PUT /autosign-rules/a%20b": (_, body) => ({ ...aRule(body as object), secret: null }),
    });
    expect((await ca("policy", "add", "a b", ...words.split(" "))).out).toMatch(/^web signs from now on/);
    expect(asked).toEqual([["PUT /autosign-rules/a%20b", rule]]);
  });

  it("shows a new token, and what a host does with it", async () => {
    const made = aRule({ kind: "token", uses: 1, used: 0, readmit: false, secret: "s3cret" });
    const { ca } = await gatewayOf({ "PUT /autosign-rules/web": made });
    const { out } = await ca("policy", "add", "web", "--kind", "token");
    expect(out).toBe("s3cret\nWhat a new host needs: gatehouse ca bootstrap --token s3cret\n");
  });

  it.each([
    "",
    "--kind executable",
    "--kind token --uses 0",
    "--kind token --uses 2 --unlimited",
    "--kind token --expires soon",
    "--kind extension --extension pp_role",
  ])("is not run with %j", async (words) => {
    const { ca, asked } = await gatewayOf({});
    expect([(await ca("policy", "add", "web", ...words.split(" ").filter(Boolean))).code, asked]).toEqual([2, []]);
  });
});

describe("gatehouse ca policy remove", () => {
  it("takes a rule away", async () => {
    const { ca, asked } = await gatewayOf({});
    expect((await ca("policy", "remove", "web")).out).toBe("web is gone.\n");
    expect(asked).toEqual([["DELETE /autosign-rules/web"]]);
  });
});

describe("gatehouse ca policy test", () => {
  const found = {
    name: "web01",
    key: "RSA 2048",
    fingerprint: "AB",
    altNames: ["DNS:www"],
    extensions: { pp_role: "web" },
    refusal: null,
    signed: false,
    rule: null,
    why: "No rule matches.",
  };
  const csr = path.join(dir, "request.pem");
  writeFileSync(csr, "the request\n");

  it.each([
    [{}, "it waits for a person"],
    [{ signed: true, rule: "web" }, "signed by the rule web"],
    [{ refusal: "The key is too weak." }, "it cannot be signed: The key is too weak."],
  ])("of %j says %s", async (said, verdict) => {
    const { ca, asked } = await gatewayOf({ "POST /autosign-rules/test": { ...found, ...said } });
    const { out } = await ca("policy", "test", csr, "--profile", "inventory");
    expect(out).toMatch(new RegExp(`^verdict +${verdict.replaceAll(".", "\\.")}\nwhy +No rule matches\\.\n$`, "m"));
    expect(out).toMatch(/^extensions +pp_role=web$/m);
    expect(asked).toEqual([["POST /autosign-rules/test", { csr: "the request\n", profile: "inventory" }]]);
  });

  it("needs a file that can be read", async () => {
    const { ca, asked } = await gatewayOf({});
    const { code, err } = await ca("policy", "test", path.join(dir, "none"));
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain("ENOENT");
  });
});

describe("options", () => {
  const now = new Date("2026-03-01T10:00:00Z");

  it.each([
    ["90s", 90],
    ["2m", 120],
    ["2h", 7_200],
    ["2d", 172_800],
    ["1w", 604_800],
    ["5y", 157_680_000],
  ])("take %s for so long", (text, seconds) => {
    expect(duration(text)).toBe(seconds);
    expect(comingMoment(text, now)).toBe(new Date(now.getTime() + seconds * 1_000).toISOString());
  });

  it.each(["", "5", "0d", "-1d", "1.5h", "1M", "5years", "d"])("do not take %j for so long", (text) => {
    expect(() => duration(text)).toThrow("such as 90d");
    expect(() => comingMoment(text, now)).toThrow();
  });

  it("take dates to come, and extensions with a name", () => {
    expect(comingMoment("2026-12-24T10:00Z", now)).toBe("2026-12-24T10:00:00.000Z");
    expect(extension("a=b=c")).toEqual(["a", "b=c"]);
    for (const text of ["a", "=b", ""]) expect(() => extension(text)).toThrow("pp_role=web");
  });
});

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const summary = { name: "production", version: 3, deployedAt: AT, deployedBy: "ada", files: 12, bytes: 4096 };
const deployed = (said: object = {}) => ({ name: "production", version: 3, changed: true, ...said });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const rows = (text: string) => text.split("\n").map((line) => line.split(/ {2,}/));

describe("gatehouse puppet environments and versions", () => {
  it("list what there is", async () => {
    const { gatehouse } = await gatewayOf({
      "GET /environments": { environments: [summary] },
      "GET /environments/production/versions": {
        versions: [
          { ...summary, current: true },
          { ...summary, version: 2, current: false },
        ],
      },
    });
    expect(rows((await gatehouse(["puppet", "environments"])).out)).toEqual([
      ["ENVIRONMENT", "VERSION", "DEPLOYED", "BY", "FILES", "SIZE"],
      ["production", "3", "2026-03-01 10:00:00Z", "ada", "12", "4.0 KiB"],
      [""],
    ]);
    expect(rows((await gatehouse(["puppet", "versions", "production"])).out).slice(1, 3)).toEqual([
      ["3", "current", "2026-03-01 10:00:00Z", "ada", "12", "4.0 KiB"],
      ["2", "-", "2026-03-01 10:00:00Z", "ada", "12", "4.0 KiB"],
    ]);
  });

  it("say what to do where there is none", async () => {
    const { gatehouse } = await gatewayOf({ "GET /environments": { environments: [] } });
    expect((await gatehouse(["puppet", "environments"])).out).toContain("gatehouse puppet deploy production DIR");
  });
});

describe("gatehouse puppet rollback", () => {
  it.each([
    [[], {}, true, "production is at version 3 again.\n"],
    [["3"], { version: 3 }, false, "production was at version 3 already.\n"],
  ])("asks for %j", async (args, body, changed, out) => {
    const { gatehouse, asked } = await gatewayOf({ "POST /environments/production/rollback": deployed({ changed }) });
    expect(await gatehouse(["puppet", "rollback", "production", ...args])).toMatchObject({ code: 0, out });
    expect(asked).toEqual([["POST /environments/production/rollback", body]]);
  });

  it.each(["0", "-1", "1.5", "one", ""])("refuses the version %j", async (version) => {
    const { gatehouse, asked } = await gatewayOf({});
    expect((await gatehouse(["puppet", "rollback", "production", "--", version])).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe("gatehouse puppet withdraw", () => {
  it("takes one away", async () => {
    const { gatehouse } = await gatewayOf({ "DELETE /environments/production": undefined });
    const ran = await gatehouse(["puppet", "withdraw", "production"]);
    expect(ran).toMatchObject({ code: 0, out: "production is withdrawn.\n" });
  });
});

describe("gatehouse puppet deploy", () => {
  const FILES = { a: '"one"', b: '"two"' };
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "gatehouse-deploy-"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(dir, name), text);
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  });
  const stored = (_: string, body: unknown) => ({
    files: (body as { files: string[] }).files.map((base64) => {
      const text = Buffer.from(base64, "base64").toString();
      return { sha256: sha256(text), size: text.length };
    }),
  });
  const deploy = (house: Awaited<ReturnType<typeof gatewayOf>>, ...args: string[]) =>
    house.gatehouse(["puppet", "deploy", "production", dir, ...args]);

  it("sends what is missing, and then the tree", async () => {
    const house = await gatewayOf({
      "POST /apply/missing-files": { missing: [sha256(FILES.b)] },
      "POST /apply/small-files": stored,
      "PUT /environments/production": deployed(),
    });
    expect(await deploy(house)).toMatchObject({ code: 0, out: "production is at version 3: 1 files sent (5 B).\n" });
    expect(house.asked.map(([call]) => call)).toEqual([
      "POST /apply/missing-files",
      "POST /apply/small-files",
      "PUT /environments/production",
    ]);
    const entries = (house.asked[2]?.[1] as { entries: { path: string }[] } | undefined)?.entries ?? [];
    expect(entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toMatchObject([
      { type: "file", path: "a", size: 5, sha256: sha256(FILES.a) },
      { type: "file", path: "b", size: 5, sha256: sha256(FILES.b) },
    ]);
  });

  it("sends nothing that is there, and says when nothing was made", async () => {
    const house = await gatewayOf({
      "POST /apply/missing-files": { missing: [] },
      "PUT /environments/production": deployed({ changed: false }),
    });
    expect(await deploy(house)).toMatchObject({ code: 0, out: "production is unchanged at version 3.\n" });
    expect((await deploy(house, "--json")).json).toEqual({
      ...deployed({ changed: false }),
      sent: { files: 0, bytes: 0 },
    });
  });

  it("asks once more for what is missing when some went meanwhile", async () => {
    let asked = 0;
    let puts = 0;
    const gone = aProblem(409, "conflict", "Some files are not stored.");
    const house = await gatewayOf({
      "POST /apply/missing-files": () => ({ missing: asked++ === 0 ? [] : [sha256(FILES.a)] }),
      "POST /apply/small-files": stored,
      "PUT /environments/production": () => (puts++ === 0 ? gone : deployed()),
    });
    expect(await deploy(house)).toMatchObject({ code: 0, out: "production is at version 3: 1 files sent (5 B).\n" });
    const never = await gatewayOf({
      "POST /apply/missing-files": { missing: [] },
      "PUT /environments/production": () => gone,
    });
    expect(await deploy(never)).toMatchObject({ code: 1, err: expect.stringContaining("not stored") });
    expect(never.asked.filter(([call]) => call.startsWith("PUT"))).toHaveLength(2);
  });

  it("warns of code that fails: it is deployed all the same", async () => {
    const warning = "Syntax error at '}' (line: 2)\u001b";
    const house = await gatewayOf({
      "POST /apply/missing-files": { missing: [] },
      "PUT /environments/production": deployed({ warning }),
      "POST /environments/production/rollback": deployed({ warning }),
    });
    const err = "warning: agents get no catalogs of it: Syntax error at '}' (line: 2)\ufffd\n";
    expect(await deploy(house)).toMatchObject({ code: 0, err });
    expect(await house.gatehouse(["puppet", "rollback", "production"])).toMatchObject({ code: 0, err });
    expect((await deploy(house, "--json")).json).toMatchObject({ warning });
  });

  it("stops when a file is not what was read", async () => {
    const house = await gatewayOf({
      "POST /apply/missing-files": { missing: [sha256(FILES.a)] },
      "POST /apply/small-files": { files: [{ sha256: "00".repeat(32), size: 5 }] },
    });
    expect(await deploy(house)).toMatchObject({ code: 1, err: expect.stringContaining("changed while it was sent") });
  });

  it("warns of what it leaves out, and asks nothing where the folder or the name cannot be", async () => {
    symlinkSync("nothing", path.join(dir, "dead"));
    const house = await gatewayOf({
      "POST /apply/missing-files": { missing: [] },
      "PUT /environments/production": deployed(),
    });
    expect((await deploy(house)).err).toMatch(/^warning: dead is left out/);
    const none = await gatewayOf({});
    symlinkSync("/etc/passwd", path.join(dir, "out"));
    expect(await deploy(none)).toMatchObject({ code: 1, err: expect.stringContaining("out is a link to /etc/passwd") });
    expect(await none.gatehouse(["puppet", "deploy", "../x", dir])).toMatchObject({ code: 1 });
    expect(none.asked).toEqual([]);
  });
});

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AT, aProblem, gatewayOf } from "./gateway.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-package-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const put = (name: string, text: string) => writeFileSync(path.join(dir, name), text);
const sha256 = createHash("sha256").update("echo\n").digest("hex");
put("hello.sh", "echo\n");
put("package.yaml", 'description: hello\nactions: [{ cmd: { exec: "sh hello.sh" } }]\n');
put(".hidden", "x");

const summary = {
  name: "hello",
  version: 2,
  description: "hello",
  publishedAt: AT,
  publishedBy: "ada",
  files: 1,
  bytes: 5,
};
const version = {
  ...{ name: "hello", version: 2, description: "hello", publishedAt: AT, publishedBy: "ada", wantsSoftware: true },
  checks: [{ type: "fileExists", path: "/etc/hello", return: "skip" }],
  actions: [{ cmd: { exec: "sh hello.sh" } }],
  userInteractions: [],
  files: [
    {
      ...{ name: "hello.sh", size: 5, sha512: "ab".repeat(64), uncompress: false, p2p: false },
      p2pRetentionMinutes: 0,
      parts: 1,
    },
  ],
};
const content = {
  description: "hello",
  actions: [{ cmd: { exec: "sh hello.sh" } }],
  files: [{ name: "hello.sh", sha256, size: 5 }],
};

describe("gatehouse package add", () => {
  it("sends what is not there, then the package", async () => {
    const { asked, gatehouse } = await gatewayOf({
      "POST /packages/hello/missing-files": { missing: [sha256] },
      "POST /apply/small-files": { files: [{ sha256, size: 5 }] },
      "PUT /packages/hello": { published: version, changed: true },
    });
    const { code, err, out } = await gatehouse(["package", "add", "hello", dir]);
    expect([code, err]).toEqual([0, "warning: .hidden is left out: list it in `files` to have it.\n"]);
    expect(out).toBe(
      "hello is at version 2: 1 file sent (5 B). Deploy it: gatehouse job create --package hello --node NODE\n",
    );
    expect(asked).toEqual([
      ["POST /packages/hello/missing-files", { sha256s: [sha256] }],
      ["POST /apply/small-files", { files: [Buffer.from("echo\n").toString("base64")] }],
      ["PUT /packages/hello", content],
    ]);
  });

  it("sends nothing but the words where all is there", async () => {
    const { asked, gatehouse } = await gatewayOf({
      "POST /packages/hello/missing-files": { missing: [] },
      "PUT /packages/hello": { published: version, changed: false },
    });
    expect((await gatehouse(["package", "add", "hello", dir])).out).toBe("hello is unchanged at version 2.\n");
    expect(asked).toHaveLength(2);
  });

  it("sends again what was collected meanwhile, once", async () => {
    let asked = 0;
    const gone = aProblem(409, "conflict", "The bytes are not stored.");
    const { gatehouse } = await gatewayOf({
      "POST /packages/hello/missing-files": () => ({ missing: asked === 0 ? [] : [sha256] }),
      "POST /apply/small-files": { files: [{ sha256, size: 5 }] },
      "PUT /packages/hello": () => (asked++ === 0 ? gone : { published: version, changed: true }),
    });
    expect((await gatehouse(["--json", "package", "add", "hello", dir])).json).toMatchObject({
      ...{ changed: true, sent: { files: 1, bytes: 5 } },
    });
  });

  it("sends nothing of a folder that is no package, and says where it is not", async () => {
    const { asked, gatehouse } = await gatewayOf({});
    put("other.yaml", "description: a\nacions: []\n");
    const other = path.join(dir, "other.yaml");
    expect(await gatehouse(["package", "add", "hello", dir, "--description", other])).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(`${other}:2:1 acions: There is no field "acions" here; did you mean actions?`),
    });
    expect((await gatehouse(["package", "add", "hello", path.join(dir, "none")])).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe("gatehouse package", () => {
  it("lists, shows and withdraws", async () => {
    const { asked, gatehouse } = await gatewayOf({
      "GET /packages": { packages: [summary] },
      "GET /packages/hello/versions": { versions: [summary, { ...summary, version: 1 }] },
      "GET /packages/hello/versions/2": version,
      "GET /packages/hello/versions/1": { ...version, version: 1, wantsSoftware: false },
      "DELETE /packages/hello": undefined,
    });
    expect((await gatehouse(["package", "list"])).out).toMatch(/^hello +2 +2026-03-01 10:00:00Z +ada +1 +5 B +hello$/m);
    const { out } = await gatehouse(["package", "show", "hello"]);
    for (const line of [
      /^package +hello 2$/m,
      /^software +the agent sends/m,
      /^ +fileExists +\/etc\/hello +- +skip$/m,
      /^ +1 +cmd +\{"exec":"sh hello\.sh"\}$/m,
      /^ +hello\.sh +5 B +1 +(?:ab){64}$/m,
      /^ +1 +2026-03-01 10:00:00Z +ada +1 +5 B$/m,
    ])
      expect(out).toMatch(line);
    const { json } = await gatehouse(["--json", "package", "show", "hello", "--version", "1"]);
    expect(json).toMatchObject({ version: 1, versions: [{ version: 2 }, { version: 1 }] });
    expect((await gatehouse(["package", "withdraw", "hello"])).out).toBe("hello is withdrawn.\n");
    expect(asked.at(-1)).toEqual(["DELETE /packages/hello"]);
  });

  it("says how to make the first one", async () => {
    const { gatehouse } = await gatewayOf({ "GET /packages": { packages: [] } });
    expect((await gatehouse(["package", "list"])).out).toContain("gatehouse package add NAME DIR");
  });
});

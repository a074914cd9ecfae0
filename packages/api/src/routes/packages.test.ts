import { GatehouseError } from "@gatehouse/core/errors";
import type { NewPackage, PackageVersion } from "@gatehouse/core/packages";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const SHA = "a".repeat(64);
const SHA512 = "b".repeat(128);

const aVersion = (said: Partial<PackageVersion> = {}): PackageVersion => ({
  ...{ name: "agent", version: 3, publishedAt: AT, publishedBy: "ada", wantsSoftware: true, userInteractions: [] },
  checks: [{ type: "fileExists", path: "/etc/agent", return: "skip" }],
  actions: [
    { cmd: { exec: "sh install.sh", retChecks: [{ type: "okCode", values: ["0"] }] } },
    { mkdir: { list: ["a"] } },
  ],
  files: [
    {
      ...{ name: "install.sh", sha512: SHA512, size: 3, uncompress: false, p2p: false, p2pRetentionMinutes: 0 },
      parts: [{ sha512: "c".repeat(128), sha256: SHA, size: 23 }],
    },
  ],
  ...said,
});

async function house(versions: readonly PackageVersion[] = [aVersion()], publishes = true) {
  const asked: NewPackage[] = [];
  const { call, events } = await serveApi({
    packages: {
      list: async () => [
        {
          ...{ name: "agent", version: 3, description: null, publishedAt: AT, publishedBy: "ada" },
          files: 1,
          bytes: 3,
        },
      ],
      publish: async (publication) => {
        asked.push(publication);
        if (publication.files.some(({ name }) => name.includes("/")))
          throw new GatehouseError("request-malformed", "A file's name has no folder.");
        if (publication.name === "lost") throw new GatehouseError("conflict", "Some files are not stored.");
        return { published: aVersion({ name: publication.name }), changed: publishes };
      },
      versions: async (name) => versions.filter((each) => each.name === name),
      version: async (name, number) => versions.find((each) => each.name === name && each.version === number),
      lacks: async (name, sha256s) => (name === "agent" ? sha256s.filter((each) => each !== SHA) : sha256s),
      withdraw: async (name) => name === "agent",
    },
  });
  return { asked, call, events };
}

const content = {
  description: "the agent",
  checks: [{ type: "fileMissing", path: "/etc/agent", return: "skip", name: "there already" }],
  actions: [
    { cmd: { exec: "sh install.sh", envs: { A: "1" }, logLineLimit: -1 } },
    { copy: { from: "*.conf", to: "/etc/agent" } },
  ],
  userInteractions: [{ type: "before", title: "Hello", on_ok: "continue:continue:", timeout: 5, wait: true }],
  wantsSoftware: true,
  files: [{ name: "install.sh", sha256: SHA, size: 3, uncompress: true, p2p: true, p2pRetentionMinutes: 60 }],
};

describe("a package", () => {
  it("is published, and leaves a trace of what will run", async () => {
    const { asked, call, events } = await house();
    const { status, json } = await call("operator", "PUT", "/packages/agent", content);
    expect(asked).toEqual([{ name: "agent", by: "the-operator", ...content }]);
    expect([status, json.changed, json.published]).toMatchObject([201, true, { name: "agent", version: 3 }]);
    expect(json.published.files).toEqual([
      {
        ...{ name: "install.sh", sha512: SHA512, size: 3, uncompress: false, p2p: false, p2pRetentionMinutes: 0 },
        parts: 1,
      },
    ]);
    const detail = {
      ...{ version: 3, actions: 2, commands: ["sh install.sh"] },
      files: [{ name: "install.sh", sha512: SHA512 }],
    };
    expect(events).toEqual([{ actor: "the-operator", action: "package.publish", subject: "agent", detail }]);
  });

  it("may have nothing but a name: what is not said is none", async () => {
    const { asked, call } = await house();
    expect((await call("operator", "PUT", "/packages/agent", {})).status).toBe(201);
    const none = { checks: [], actions: [], userInteractions: [], wantsSoftware: false, files: [] };
    expect(asked).toEqual([{ name: "agent", by: "the-operator", ...none }]);
  });

  it("that is just so makes nothing, and no trace", async () => {
    const { call, events } = await house([], false);
    const { status, json } = await call("operator", "PUT", "/packages/agent", content);
    expect([status, json.changed, events]).toEqual([200, false, []]);
  });

  it.each<[string, unknown, number, string]>([
    ["an unknown key", { acions: [] }, 400, 'the body has no field "acions"'],
    ["an unknown action", { actions: [{ exec: "id" }] }, 400, 'the body/actions/0 has no field "exec"'],
    [
      "two actions in one",
      { actions: [{ mkdir: { list: ["a"] }, delete: { list: ["a"] } }] },
      400,
      "actions/0 must NOT have more",
    ],
    ["no action", { actions: [{}] }, 400, "actions/0 must NOT have fewer"],
    [
      "an unknown check",
      { checks: [{ type: "moonFull", path: "a", return: "skip" }] },
      400,
      "checks/0/type must be one of",
    ],
    [
      "a digest that is none",
      { files: [{ name: "a", sha256: "../../etc/passwd", size: 1 }] },
      400,
      "files/0/sha256 must match",
    ],
    ["a file in a folder", { files: [{ name: "../a", sha256: SHA, size: 1 }] }, 400, "no folder"],
    [
      "too many files",
      { files: Array.from({ length: 1001 }, (_, i) => ({ name: `${i}`, sha256: SHA, size: 1 })) },
      400,
      "more than 1000",
    ],
    ["U+0000", { actions: [{ cmd: { exec: "a\0b" } }] }, 400, "/actions/0/cmd/exec: There is a character"],
    ["a prototype", '{"__proto__":{"actions":[]}}', 400, 'no field "__proto__"'],
  ])("is refused for %s", async (_, body, code, message) => {
    const { call, events } = await house();
    const { status, json } = await call("operator", "PUT", "/packages/agent", body);
    expect([status, json.title, events]).toEqual([code, expect.stringContaining(message), []]);
  });

  it("is refused where its bytes were not sent", async () => {
    const { call } = await house();
    expect((await call("operator", "PUT", "/packages/lost", content)).status).toBe(409);
  });

  it("is published and withdrawn by operators only", async () => {
    const { asked, call } = await house();
    expect((await call("viewer", "PUT", "/packages/agent", content)).status).toBe(403);
    expect((await call("viewer", "DELETE", "/packages/agent")).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it("needs only those files that it has not got", async () => {
    const { call } = await house();
    const ask = async (name: string) =>
      (await call("operator", "POST", `/packages/${name}/missing-files`, { sha256s: [SHA, "b".repeat(64)] })).json;
    expect(await ask("agent")).toEqual({ missing: ["b".repeat(64)] });
    expect(await ask("other")).toEqual({ missing: [SHA, "b".repeat(64)] });
    expect((await call("viewer", "POST", "/packages/agent/missing-files", { sha256s: [SHA] })).status).toBe(403);
    expect((await call("operator", "POST", "/packages/agent/missing-files", { sha256s: ["../x"] })).status).toBe(400);
  });

  it("is withdrawn, which is noted", async () => {
    const { call, events } = await house();
    expect((await call("operator", "DELETE", "/packages/agent")).status).toBe(204);
    expect((await call("operator", "DELETE", "/packages/other")).status).toBe(404);
    expect(events).toEqual([{ actor: "the-operator", action: "package.withdraw", subject: "agent", detail: {} }]);
  });
});

describe("packages", () => {
  it("are listed, with their versions, and with what each does", async () => {
    const { call } = await house([aVersion(), aVersion({ version: 2, description: "older", files: [] })]);
    const summary = { name: "agent", publishedAt: AT.toISOString(), publishedBy: "ada" };
    const newest = { ...summary, version: 3, description: null, files: 1, bytes: 3 };
    expect((await call("viewer", "GET", "/packages")).json).toEqual({ packages: [newest] });
    expect((await call("viewer", "GET", "/packages/agent/versions")).json).toEqual({
      versions: [newest, { ...summary, version: 2, description: "older", files: 0, bytes: 0 }],
    });
    const { checks, actions } = aVersion();
    const one = await call("viewer", "GET", "/packages/agent/versions/2");
    expect(one.json).toMatchObject({ version: 2, description: "older", checks, actions, files: [] });
    for (const path of [
      "other/versions",
      "agent/versions/4",
      "agent/versions/0",
      "agent/versions/2x",
      "agent/versions/99999999999999999999",
    ])
      expect((await call("viewer", "GET", `/packages/${path}`)).status, path).toBe(404);
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PuppetV3Deps } from "../../deps.js";
import { admin, serve, verified } from "../../puppet.test.helper.js";

const NODE = "web01.example.org";
const peer = verified(NODE);
const binary = { "Content-Type": "application/octet-stream", Accept: "application/octet-stream" };
const hex = (algorithm: string, bytes: Buffer | string) => createHash(algorithm).update(bytes).digest("hex");
const url = (algorithm: string, digest: string, tail = "") =>
  `/puppet/v3/file_bucket_file/${algorithm}/${digest}${tail}?environment=production`;
const shaUrl = (text: string, tail = "") => url("sha256", hex("sha256", text), tail);

let uploadDir = "";
beforeAll(async () => {
  uploadDir = await mkdtemp(path.join(tmpdir(), "gatehouse-bucket-"));
});
afterAll(() => rm(uploadDir, { recursive: true }));

/** A bucket in memory, behind the routes; content of environments has a store of its own. */
async function withBucket(said: Partial<PuppetV3Deps> = {}) {
  const kept: { agentId: string | null; path: string; bytes: Buffer }[] = [];
  const served = await serve({
    uploadDir,
    bucket: {
      put: async (agentId, file, where) => {
        const bytes = await readFile(file);
        kept.push({ agentId, path: where, bytes });
        served.environments.blobs.set(hex("sha256", bytes), bytes);
        return { sha256: hex("sha256", bytes), size: bytes.length };
      },
      find: async (algorithm, digest, where) => {
        const one = kept.find(({ bytes, path }) => hex(algorithm, bytes) === digest && (where ?? path) === path);
        return one && { sha256: hex("sha256", one.bytes), size: one.bytes.length };
      },
    },
    ...said,
  });
  // What agents backed up is in no environment.
  const { fileBy } = served.environments.port;
  served.environments.port.fileBy = async (algorithm, digest) =>
    kept.some(({ bytes }) => hex(algorithm, bytes) === digest) ? undefined : fileBy(algorithm, digest);
  const put = (text: string | Buffer, tail = "//etc/motd", algorithm = "sha256") =>
    served.send("PUT", url(algorithm, hex(algorithm, text), tail), { peer, headers: binary, body: text });
  return { ...served, kept, put };
}

describe("PUT file_bucket_file", () => {
  it.each(["sha256", "md5"])(
    "keeps bytes whose %s is the one in their name, with their path and agent",
    async (algorithm) => {
      const { kept, put } = await withBucket();
      expect(await put("bucket content\n", "//etc/motd", algorithm)).toMatchObject({
        status: 200,
        text: "",
        type: "application/octet-stream",
      });
      expect(kept).toEqual([
        { agentId: `agent of ${NODE}`, path: "/etc/motd", bytes: Buffer.from("bucket content\n") },
      ]);
      expect(await readdir(uploadDir)).toEqual([]);
    },
  );

  it("takes an empty file, one without a path, and one of an administrator", async () => {
    const { kept, put, send } = await withBucket();
    expect((await put("", "")).status).toBe(200);
    expect((await send("PUT", shaUrl("x"), { peer: admin, headers: binary, body: "x" })).status).toBe(200);
    expect(kept.map(({ agentId, path: where }) => [agentId, where])).toEqual([
      [`agent of ${NODE}`, ""],
      [null, ""],
    ]);
  });

  it.each<[string, number, string, string, object, string]>([
    ["other bytes", 400, "RUNTIME_ERROR", url("sha256", "0".repeat(64)), binary, "x"],
    ["an algorithm that is not offered", 500, "RUNTIME_ERROR", url("crc32", "aaaa"), binary, "x"],
    ["a digest that is none", 500, "RUNTIME_ERROR", url("sha256", "xyz"), binary, "x"],
    ["a digest of another length", 500, "RUNTIME_ERROR", url("sha256", hex("md5", "x")), binary, "x"],
    ["another type", 415, "UNSUPPORTED_MEDIA_TYPE", shaUrl("x"), { "Content-Type": "text/plain" }, "x"],
    ["no type", 400, "MISSING_HEADER_FIELD", shaUrl("x"), {}, "x"],
  ])("refuses %s with %i, and keeps nothing", async (_, status, kind, target, headers, body) => {
    const { kept, send } = await withBucket();
    const answer = await send("PUT", target, { peer, headers: headers as Record<string, string>, body });
    expect([answer.status, JSON.parse(answer.text).issue_kind]).toEqual([status, kind]);
    expect(kept).toEqual([]);
    expect(await readdir(uploadDir)).toEqual([]);
  });

  it("refuses what is over the bound, announced or not", async () => {
    const config = { authorization: { rules: [] }, bucket: { maxBytes: 1024 } };
    const { kept, send } = await withBucket({ config });
    const text = "x".repeat(1025);
    for (const more of [{}, { "Transfer-Encoding": "chunked" }]) {
      const answer = await send("PUT", shaUrl(text), { peer, headers: { ...binary, ...more }, body: text });
      expect(answer.status).toBe(413);
    }
    expect(kept).toEqual([]);
    expect(await readdir(uploadDir)).toEqual([]);
  });

  it("keeps nothing of half an upload", async () => {
    const { kept, send, server, lines } = await withBucket();
    await send("HEAD", shaUrl("x"), { peer });
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(
      `PUT ${shaUrl("xx")} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nx`,
    );
    const seen = lines.length;
    await expect.poll(async () => (await readdir(uploadDir)).length).toBe(1);
    socket.destroy();
    await expect.poll(() => lines.length).toBeGreaterThan(seen);
    expect(lines.at(-1)?.fields).toMatchObject({ route: "puppet.v3.file-bucket.put", code: "request-malformed" });
    expect(kept).toEqual([]);
    expect(await readdir(uploadDir)).toEqual([]);
  });
});

describe("many files of one node at once", () => {
  it("are turned away, and taken again when some are through: slow ones would keep the reports of others out", async () => {
    const { kept, put, send, server } = await withBucket();
    await send("HEAD", shaUrl("x"), { peer });
    const { port } = server.address() as AddressInfo;
    const slow = Array.from({ length: 4 }, () => connect(port, "127.0.0.1"));
    for (const socket of slow)
      socket.write(
        `PUT ${shaUrl("xx")} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nx`,
      );
    await expect.poll(async () => (await readdir(uploadDir)).length).toBe(4);
    const refused = await put("y");
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    const other = await send("PUT", shaUrl("z"), { peer: verified("db01.example.org"), headers: binary, body: "z" });
    expect(other.status).toBe(200);
    for (const socket of slow) socket.destroy();
    await expect.poll(async () => (await put("y")).status).toBe(200);
    expect(kept.map(({ bytes }) => String(bytes))).toEqual(["z", "y"]);
  });
});

describe("HEAD file_bucket_file", () => {
  it("says whether it is known, at that path where one is given", async () => {
    const { put, send } = await withBucket();
    const status = async (target: string) => (await send("HEAD", target, { peer, headers: binary })).status;
    expect(await status(shaUrl("x", "//etc/motd"))).toBe(404);
    await put("x");
    expect(await status(shaUrl("x", "//etc/motd"))).toBe(200);
    expect(await status(shaUrl("x", "/etc/motd"))).toBe(404);
    expect(await status(shaUrl("x"))).toBe(200);
    expect(await status(url("md5", hex("md5", "x"), "//etc/motd"))).toBe(200);
    expect(await status(url("sha256", hex("sha256", "x").toUpperCase()))).toBe(200);
    expect(await status(url("sha256", "xyz"))).toBe(500);
  });
});

describe("GET file_bucket_file", () => {
  it("gives what agents backed up to administrators, and to no agent, its own neither (T24)", async () => {
    const { put, send } = await withBucket();
    await put("secret");
    for (const tail of ["", "//etc/motd"]) {
      expect(await send("GET", shaUrl("secret", tail), { peer: admin, headers: binary })).toMatchObject({
        status: 200,
        text: "secret",
        type: "application/octet-stream",
      });
      const refused = await send("GET", shaUrl("secret", tail), { peer, headers: binary });
      expect(refused).toMatchObject({ status: 403, type: undefined });
      expect(refused.text).toMatch(/^Forbidden request: /);
    }
  });

  it("gives content of an environment to every node, also of a version that was replaced", async () => {
    const { environments, send } = await withBucket();
    environments.deploy("production", { "modules/a/files/x": "old" });
    environments.deploy("production", { "modules/a/files/x": "new" });
    for (const text of ["old", "new"])
      for (const algorithm of ["md5", "sha256"])
        expect(await send("GET", url(algorithm, hex(algorithm, text)), { peer, headers: binary })).toMatchObject({
          status: 200,
          text,
        });
  });

  it.each<[string, number, string, string, Record<string, string>]>([
    ["what nobody knows", 404, "RESOURCE_NOT_FOUND", url("sha256", "0".repeat(64)), binary],
    ["what was found elsewhere", 404, "RESOURCE_NOT_FOUND", shaUrl("x", "/other/path"), binary],
    ["md5 of no such length", 500, "RUNTIME_ERROR", url("md5", "aa"), binary],
    ["a list of all", 500, "RUNTIME_ERROR", `${shaUrl("x")}&list_all=true`, binary],
    ["another form", 406, "UNSUPPORTED_FORMAT", shaUrl("x"), { Accept: "text/plain" }],
    ["no form", 400, "MISSING_HEADER_FIELD", shaUrl("x"), {}],
  ])("refuses %s with %i", async (_, status, kind, target, headers) => {
    const { put, send } = await withBucket();
    await put("x");
    const answer = await send("GET", target, { peer: admin, headers });
    expect([answer.status, JSON.parse(answer.text).issue_kind]).toEqual([status, kind]);
  });

  it("says in puppetserver's words what it does not find", async () => {
    const { send } = await withBucket();
    const answer = await send("GET", shaUrl("x", "//etc/motd"), { peer, headers: binary });
    expect(JSON.parse(answer.text).message).toBe(
      `Not Found: Could not find file_bucket_file sha256/${hex("sha256", "x")}//etc/motd`,
    );
  });
});

describe("comparisons", () => {
  it("are made one after the other for each node", async () => {
    const waiting: (() => void)[] = [];
    const { put, send } = await withBucket({
      tasks: {
        run: async <T>() => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return "" as T;
        },
      },
    });
    await put("a");
    await put("b");
    const target = `${shaUrl("a")}&diff_with=${hex("sha256", "b")}`;
    const ask = () => send("GET", target, { peer: admin, headers: binary });
    const first = ask();
    await expect.poll(() => waiting.length).toBe(1);
    expect((await ask()).status).toBe(503);
    waiting[0]?.();
    expect((await first).status).toBe(200);
  });
});

describe("diff_with", () => {
  const compare = (a: string, b: string) => `${shaUrl(a)}&diff_with=${hex("sha256", b)}`;

  it("gives the difference, as a file", async () => {
    const { put, send } = await withBucket();
    await put("one\n");
    await put("two\n");
    const answer = await send("GET", compare("one\n", "two\n"), { peer: admin, headers: binary });
    expect(answer).toMatchObject({ status: 200, type: "application/octet-stream" });
    expect(answer.text).toContain("\n-one\n+two\n");
    expect((await send("GET", compare("one\n", "one\n"), { peer: admin, headers: binary })).text).toBe("");
  });

  it("needs the right to both, and that both are there and small", async () => {
    const { environments, put, send } = await withBucket();
    environments.deploy("production", { "modules/a/files/x": "public\n" });
    const large = `${"x".repeat(99)}\n`.repeat(11_000);
    await put("secret\n");
    await put(large);
    const status = async (a: string, b: string, as = admin) =>
      (await send("GET", compare(a, b), { peer: as, headers: binary })).status;
    expect(await status("public\n", "secret\n", peer)).toBe(403);
    expect(await status("public\n", "public\n", peer)).toBe(200);
    expect(await status("secret\n", large)).toBe(500);
    const gone = await send("GET", compare("secret\n", "nobody's"), { peer: admin, headers: binary });
    expect([gone.status, JSON.parse(gone.text).message]).toEqual([
      500,
      `Server Error: could not find diff_with ${hex("sha256", "nobody's")}`,
    ]);
    expect(
      (await send("GET", `${shaUrl("secret\n")}&diff_with=../../x`, { peer: admin, headers: binary })).status,
    ).toBe(500);
  });
});

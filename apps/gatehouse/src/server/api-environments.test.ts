import { connect } from "node:net";
import { documented } from "@gatehouse/api/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const operator = (method: string, below: string, body?: unknown) =>
  house.call(method, `/api/v1/environments${below}`, {
    token: house.tokens.operator,
    ...(body === undefined ? {} : { body }),
  });
const file = { type: "file", path: "a", mode: 0o644, mtime: 1, size: 3, sha256: "" };
const folder = (path: string) => ({ type: "directory", path, mode: 0o755, mtime: 1 });
const put = (entries: unknown, name = "production") => operator("PUT", `/${name}`, { entries });
const rows = async () => {
  const tables = ["artifacts", "artifact_versions", "channels", "environment_versions", "audit_events"];
  const counts = await Promise.all(tables.map((name) => house.db.run(`select count(*)::int as n from ${name}`)));
  return counts.map(([row]) => row?.["n"]);
};

beforeAll(async () => {
  const staged = await house.call("POST", "/api/v1/apply/files", { token: house.tokens.operator, body: "one" });
  expect(staged.status).toBe(201);
  file.sha256 = staged.json.sha256;
});

describe("deploying", () => {
  it("tells who did it, once for each version", async () => {
    expect(await put([file])).toMatchObject({ status: 201, json: { version: 1, changed: true } });
    expect(await put([file])).toMatchObject({ status: 200, json: { version: 1, changed: false } });
    expect(await put([file, folder("b")])).toMatchObject({ status: 201, json: { version: 2 } });
    expect(await operator("POST", "/production/rollback", { version: 1 })).toMatchObject({ status: 200 });
    expect(await operator("POST", "/production/rollback", { version: 1 })).toMatchObject({ json: { changed: false } });
    const events = await house.db.run("select actor, action, subject, detail from audit_events order by id");
    expect(events).toEqual([
      { actor: "the-operator", action: "environment.deploy", subject: "production", detail: { version: 1 } },
      { actor: "the-operator", action: "environment.deploy", subject: "production", detail: { version: 2 } },
      { actor: "the-operator", action: "environment.rollback", subject: "production", detail: { version: 1 } },
    ]);
  });

  it.each<[string, unknown]>([
    ["a path that leads out", [{ ...file, path: "../../etc/passwd" }]],
    ["an absolute path", [{ ...file, path: "/etc/passwd" }]],
    ["U+0000 in a path", [{ ...file, path: "a\0" }]],
    ["a lone surrogate in a path", [{ ...file, path: "\uD800" }]],
    ["a path twice", [file, file]],
    ["a file and a folder of one name", [file, folder("a")]],
    ["a file in no folder", [{ ...file, path: "x/y" }]],
    ["a link out of the tree", [{ type: "link", path: "l", mode: 0o777, mtime: 1, target: "../other" }]],
    ["a link to nothing", [{ type: "link", path: "l", mode: 0o777, mtime: 1, target: "x" }]],
    ["a link without a target", [{ type: "link", path: "l", mode: 0o777, mtime: 1 }]],
    ["a file without a digest", [{ ...file, sha256: undefined }]],
    ["a digest that is none", [{ ...file, sha256: "../../x" }]],
    ["another size than the bytes have", [{ ...file, size: 4 }]],
    ["a size beyond all bounds", [{ ...file, size: 2 ** 53 }]],
    ["a device", [{ ...file, type: "device" }]],
    ["a field that nobody knows", [{ ...file, md5: "x" }]],
    ["entries that are none", ["a", null]],
    ["a tree that is none", { a: file }],
    ["more entries than there may be", Array.from({ length: 100_001 }, (_, i) => folder(`d${i}`))],
  ])("refuses %s, and changes nothing", async (_, entries) => {
    const before = await rows();
    const answer = await put(entries);
    expect(answer).toMatchObject({ status: 400, json: { title: expect.stringMatching(/.{10,600}/s) } });
    expect(answer.json.title.length).toBeLessThan(1000);
    expect(await rows()).toEqual(before);
  });

  it.each(["Production", "a-b", "..%2Fx", "a%00b", "%F0%9F%98%80", "x".repeat(65)])(
    "refuses the name %s",
    async (name) => {
      const before = await rows();
      expect((await put([file], name)).status).toBe(400);
      expect(await rows()).toEqual(before);
    },
  );

  it("refuses bytes that are not here, and says what to do", async () => {
    const before = await rows();
    expect(await put([{ ...file, sha256: "00".repeat(32) }])).toMatchObject({
      status: 409,
      json: { code: "conflict", title: expect.stringContaining("send what is missing again") },
    });
    expect(await rows()).toEqual(before);
  });

  it.each(["", "{", "null", "[]", '{"entries":null}', "\0"])("refuses the body %j", async (body) => {
    const token = house.tokens.operator;
    expect((await house.call("PUT", "/api/v1/environments/production", { token, body })).status).toBe(400);
  });

  it("refuses a body beyond its bound before it has come, and forgets half of one", async () => {
    const before = await rows();
    const speak = (length: number, part: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(house.port, "127.0.0.1", () =>
          socket.write(
            `PUT /api/v1/environments/production HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.tokens.operator}\r\nContent-Length: ${length}\r\n\r\n${part}`,
            () => (part === "" ? undefined : socket.end()),
          ),
        );
        let said = "";
        socket.on("data", (chunk) => {
          said += chunk;
          socket.destroy();
        });
        socket.on("close", () => resolve(said));
        socket.on("error", reject);
      });
    expect(await speak(2_000_000_000, "")).toMatch(/^HTTP\/1\.1 413 /);
    expect(await speak(1000, '{"entries":[')).not.toMatch(/^HTTP\/1\.1 2/);
    expect(await rows()).toEqual(before);
  });
});

describe("small files", () => {
  const send = (files: unknown) =>
    house.call("POST", "/api/v1/apply/small-files", { token: house.tokens.operator, body: { files } });

  it.each<[string, unknown]>([
    ["what is no Base64", ["%%%%"]],
    ["Base64 with more behind it", ["YQ==YQ=="]],
    ["a file that is too large", [Buffer.alloc(65_537).toString("base64")]],
    ["too many", Array.from({ length: 1001 }, () => "")],
    ["what is no text", [1]],
  ])("refuses %s, and keeps nothing of it", async (_, files) => {
    const count = "select count(*)::int as n from blobs";
    const [before] = await house.db.run(count);
    expect((await send(["bmV3", ...(files as unknown[])])).status).toBe(400);
    expect(await house.db.run(count)).toEqual([before]);
  });

  it("takes the largest", async () => {
    const bytes = Buffer.alloc(65_536, 7);
    expect((await send([bytes.toString("base64")])).json.files).toMatchObject([{ size: 65_536 }]);
  });
});

describe("what is not there", () => {
  it("is not found", async () => {
    for (const name of ["nobody", "PRODUCTION", "a%2Fb", "__proto__"]) {
      expect((await operator("GET", `/${name}/versions`)).status).toBe(404);
      expect((await operator("POST", `/${name}/rollback`, {})).status).toBe(404);
      expect((await operator("DELETE", `/${name}`)).status).toBe(404);
    }
    for (const version of [3, 2_147_483_647])
      expect((await operator("POST", "/production/rollback", { version })).status).toBe(404);
    for (const version of [0, -1, 1.5, "1", null, 2 ** 31])
      expect((await operator("POST", "/production/rollback", { version })).status).toBe(400);
  });
});

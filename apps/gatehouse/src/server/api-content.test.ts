import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { documented } from "@gatehouse/api/testing";
import { describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const KIND = "/api/v1/artifacts/dsc-configuration";
const operator = (method: string, target: string, body?: unknown) =>
  house.call(method, target, { token: house.tokens.operator, ...(body === undefined ? {} : { body }) });
const publish = (file: string, body: string | Buffer, more = "") =>
  operator("POST", `${KIND}?file=${encodeURIComponent(file)}${more}`, body);
const mof = (text: string) => `/* ${text} */ instance of OMI_ConfigurationDocument { Version="2.0.0"; };`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const uploads = () => {
  const dir = path.join(house.dataDir, "uploads");
  return existsSync(dir) ? readdirSync(dir) : [];
};
const rows = async () => {
  const tables = ["artifacts", "artifact_versions", "channels", "blobs", "blob_chunks", "audit_events"];
  const counts = await Promise.all(tables.map((name) => house.db.run(`select count(*)::int as n from ${name}`)));
  return counts.map(([row]) => row?.["n"]);
};

describe("publishing", () => {
  it("makes versions, and rolling back moves the channel, each with an audit event", async () => {
    const [one, two] = [mof("one"), mof("two")];
    const first = await publish("Web.mof", one);
    expect(first).toMatchObject({
      status: 201,
      json: { name: "Web", channel: "current", version: 1, sha256: sha256(one), changed: true },
    });
    expect(await publish("web.MOF", one)).toMatchObject({ status: 200, json: { version: 1, changed: false } });
    expect(await publish("Web.mof", two)).toMatchObject({ status: 201, json: { version: 2 } });
    const back = await operator("PUT", `${KIND}/WEB/channels/current`, { version: 1 });
    expect(back).toMatchObject({ status: 200, json: { version: 1, sha256: sha256(one) } });
    const { json } = await operator("GET", `${KIND}/web/versions`);
    expect(json.versions).toMatchObject([
      { version: 2, current: false, publishedBy: "the-operator" },
      { version: 1, current: true, size: one.length },
    ]);
    expect((await operator("GET", KIND)).json.artifacts).toMatchObject([{ name: "Web", version: 1 }]);
    const events = await house.db.run(
      "select action, subject, detail->>'version' as version from audit_events order by id",
    );
    expect(events.map(({ action, subject, version }) => [action, subject, version])).toEqual([
      ["artifact.publish", "dsc-configuration/Web", "1"],
      ["artifact.publish", "dsc-configuration/Web", "2"],
      ["artifact.move-channel", "dsc-configuration/Web", "1"],
    ]);
    expect(uploads()).toEqual([]);
  });

  it("warns of a checksum that belongs to other bytes", async () => {
    const right = await publish("Sum.mof", mof("sum"), `&checksum=${sha256(mof("sum")).toUpperCase()}`);
    expect(right.json.warnings).toEqual([]);
    expect((await publish("Sum.mof", mof("other"), `&checksum=${sha256("x")}`)).json.warnings).toHaveLength(1);
  });

  it.each([
    ["../../traversed.mof", "traversed"],
    ["C:\\evil.mof", undefined],
    ["/etc/absolute.mof", "absolute"],
    ["..mof", undefined],
    ["...mof", undefined],
    [".mof", undefined],
    ["", undefined],
    ["a b.mof", undefined],
    ["x.txt", undefined],
    ["localhost.meta.mof", undefined],
    ["nul\0.mof", undefined],
    [`${"n".repeat(300)}.mof`, undefined],
  ])("takes from the file name %j the name alone", async (file, name) => {
    const before = await rows();
    const answer = await publish(file, mof(file));
    if (name === undefined) {
      // No query parameter holds U+0000; the rest is for the kind to say.
      const code = file.includes("\0") ? "request-malformed" : "name-invalid";
      expect([answer.status, answer.json.code]).toEqual([400, code]);
      expect(await rows()).toEqual(before);
    } else expect(answer.json).toMatchObject({ name, version: 1 });
    expect(uploads()).toEqual([]);
    for (const place of ["..", ".", "uploads"])
      expect(readdirSync(path.join(house.dataDir, place)).filter((at) => /traversed|absolute/.test(at))).toEqual([]);
  });

  it.each([
    ["an empty file", ""],
    ["white space", " \r\n"],
  ])("refuses %s", async (_, body) => {
    const before = await rows();
    expect((await publish("Empty.mof", body)).status).toBe(400);
    expect(await rows()).toEqual(before);
  });

  it("refuses a module that is no zip", async () => {
    const answer = await operator("POST", "/api/v1/artifacts/dsc-module?file=xM_1.0.zip", "no zip");
    expect([answer.status, answer.json.code]).toEqual([400, "request-malformed"]);
    expect((await operator("POST", "/api/v1/artifacts/nothing?file=x.mof", "x")).status).toBe(404);
  });
});

describe("an upload that goes wrong", () => {
  const socketTo = () => {
    const socket = connect(house.port, "127.0.0.1");
    let text = "";
    socket.on("error", () => undefined);
    socket.setEncoding("latin1").on("data", (chunk) => {
      text += chunk;
    });
    return { socket, answered: () => text };
  };
  const head = (more: string) =>
    `POST ${KIND}?file=Cut.mof HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.tokens.operator}\r\n${more}\r\n\r\n`;

  it.each(["ends", "breaks"])("leaves no rows and no file when the connection %s in it", async (how) => {
    const before = await rows();
    const { socket } = socketTo();
    socket.write(`${head("Content-Length: 1000000")}half of it`);
    await expect.poll(() => uploads().length, { timeout: 10_000 }).toBe(1);
    if (how === "ends") socket.end();
    else socket.resetAndDestroy();
    await expect.poll(() => uploads().length, { timeout: 10_000 }).toBe(0);
    expect(await rows()).toEqual(before);
    const codes = () =>
      house.lines.filter(({ fields }) => fields["route"] === "api.artifacts.publish").at(-1)?.fields["code"];
    await expect.poll(codes, { timeout: 10_000 }).toBe("request-malformed");
  });

  it("is refused by its declared length", async () => {
    const { socket, answered } = socketTo();
    socket.write(head(`Content-Length: ${(64 << 20) + 1}`));
    await expect.poll(answered, { timeout: 10_000 }).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\nConnection: close/);
    expect(uploads()).toEqual([]);
    socket.destroy();
  });

  it("is refused as soon as its stream passes the limit, with an answer", async () => {
    const before = await rows();
    const { socket, answered } = socketTo();
    const mebibyte = " ".repeat(1 << 20);
    socket.write(head("Transfer-Encoding: chunked"));
    for (let i = 0; i < 64; i++) socket.write(`100000\r\n${mebibyte}\r\n`);
    socket.write("1\r\nx\r\n");
    await expect.poll(answered, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 413 /);
    expect(uploads()).toEqual([]);
    expect(await rows()).toEqual(before);
    socket.destroy();
  });
});

describe("versions and channels", () => {
  it.each([
    ["GET", "/nothing/versions", undefined, 404],
    ["GET", "/%00/versions", undefined, 400],
    ["GET", "/%/versions", undefined, 400],
    ["PUT", "/nothing/channels/current", { version: 1 }, 404],
    ["PUT", "/%00/channels/%00", { version: 1 }, 400],
    ["PUT", "/Web/channels/other", { version: 1 }, 404],
    ["PUT", "/Web/channels/current", { version: 99 }, 404],
    ["PUT", "/Web/channels/current", { version: 3_000_000_000 }, 400],
    ["PUT", "/Web/channels/current", { version: 0 }, 400],
    ["PUT", "/Web/channels/current", { version: "1" }, 400],
    ["PUT", "/Web/channels/current", { version: 1, force: true }, 400],
    ["PUT", "/Web/channels/current", "x", 400],
  ])("answer %s %s with %j by %i", async (method, target, body, status) => {
    expect((await operator(method, `${KIND}${target}`, body)).status).toBe(status);
  });
});

import { createHash } from "node:crypto";
import https from "node:https";
import { connect } from "node:tls";
import { factsOf } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, send } from "../wire.js";
import { type RunSite, startRunSite } from "./run-site.js";

const CERTNAME = "bad.example.org";
const OTHER = "other.example.org";
const SECRET = "nobody outside may read this\n";

describe("what an agent sends wrongly", () => {
  let site: RunSite;
  let peer: { cert: string; key: string };
  beforeAll(async () => {
    site = await startRunSite();
    await site.deploy("production", {
      "modules/site/files/one.txt": "one\n",
      "modules/site/manifests/init.pp": SECRET,
      "environment.conf": SECRET,
    });
    const made: { certificate: string; key: string } = await site.house.ca("generate", CERTNAME);
    peer = { cert: made.certificate, key: made.key };
    const put = await ask("PUT", `facts/${CERTNAME}?environment=production`, json, factsFor(CERTNAME));
    expect(put.status).toBe(200);
  });
  // Whatever it was: the gateway goes on.
  afterAll(async () => {
    expect((await ask("GET", `node/${CERTNAME}?environment=production`)).status).toBe(200);
    await site?.close();
  });

  function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
    options: https.RequestOptions = {},
  ): Promise<Answer> {
    const more = body === undefined ? {} : { body };
    return send(
      site.house.first.https,
      { method, path: `/puppet/v3/${path}`, headers: { Accept: "application/json", ...headers }, ...more },
      { ...peer, ...options },
    );
  }
  const json = { "Content-Type": "application/json" };
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  const factsFor = (certname: string) =>
    JSON.stringify(factsOf({ certname, version: "7.23.0", runs: 0, now: new Date(), noop: false }));
  const names = async (): Promise<string[]> =>
    (await site.json("node", "list", "--all")).nodes.map(({ name }: { name: string }) => name);

  it.each([
    ["GET", `node/${OTHER}`],
    ["GET", `catalog/${OTHER}`],
    ["POST", `catalog/${OTHER}`],
    ["PUT", `report/${OTHER}`],
    ["PUT", `facts/${OTHER}`],
    ["GET", `catalog/${CERTNAME}%2f..%2f${OTHER}`],
    ["GET", `node/${CERTNAME}/../${OTHER}`],
  ])("%s %s, which is another node's, is forbidden", async (method, path) => {
    const headers = method === "POST" ? form : json;
    const { status } = await ask(
      method,
      `${path}?environment=production`,
      headers,
      method === "GET" ? undefined : "{}",
    );
    expect([400, 403]).toContain(status);
    expect(await names()).not.toContain(OTHER);
  });

  it("facts of another node get no catalog, and are not stored", async () => {
    const facts = encodeURIComponent(encodeURIComponent(factsFor(OTHER)));
    const body = `facts_format=application%2Fjson&facts=${facts}&environment=production`;
    const answer = await ask("POST", `catalog/${CERTNAME}?environment=production`, form, body);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body.toString()).message).toContain(
      `Catalog for "${CERTNAME}" was requested with fact definition for the wrong node ("${OTHER}").`,
    );
    const put = await ask("PUT", `facts/${CERTNAME}?environment=production`, json, factsFor(OTHER));
    expect(put.status).toBe(500);
    expect(put.body.toString()).toContain(`does not match requested key`);
    expect(await names()).not.toContain(OTHER);
    const stored = JSON.stringify(await site.json("node", "facts", CERTNAME));
    expect([stored.includes(CERTNAME), stored.includes(OTHER)]).toEqual([true, false]);
  });

  it.each(
    [
      "..",
      "%2e%2e",
      "%2E.",
      ".%2e",
      "%252e%252e",
      "..%2f..",
      "..%5c..",
      "%c0%ae%c0%ae",
      "..%00",
      "..;",
      "...//..",
    ].flatMap((dots) =>
      [
        `file_content/modules/site/${dots}/manifests/init.pp`,
        `file_metadata/modules/site/${dots}/${dots}/${dots}/environment.conf`,
        `file_metadatas/modules/site/${dots}`,
        `static_file_content/modules/site/files/${dots}/manifests/init.pp`,
      ].map((path) => [path] as const),
    ),
  )("%s leads nowhere", async (path) => {
    const query = "environment=production&recurse=true&code_id=x";
    const answer = await ask("GET", `${path}?${query}`, { Accept: "application/json, application/octet-stream" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(501);
    expect(answer.body.toString()).not.toContain(SECRET.trim());
  });

  it.each([
    ["nosuch", 404],
    ["../production", 400],
    ["", 400],
    ["production%00", 400],
    ["p".repeat(5000), 400],
  ])("an environment that is none is told so: %s, %i", async (name, status) => {
    expect((await ask("GET", `file_metadatas/plugins?recurse=true&environment=${name}`)).status).toBe(status);
  });

  it("a body of 2 GB is refused by its length alone", async () => {
    const length = { "Content-Length": String(2 ** 31) };
    for (const path of [`report/${CERTNAME}`, `facts/${CERTNAME}`, `file_bucket_file/sha256/${"0".repeat(64)}`]) {
      const type = path.startsWith("file") ? { "Content-Type": "application/octet-stream" } : json;
      const { status } = await refusedEarly(`/puppet/v3/${path}?environment=production`, { ...type, ...length });
      expect(status, path).toBe(413);
    }
  });

  /** Sends a head alone. @returns the status that comes though no body did */
  function refusedEarly(path: string, headers: Readonly<Record<string, string>>): Promise<{ status: number }> {
    const { hostname, port } = new URL(site.house.first.https);
    return new Promise((resolve, reject) => {
      const options = {
        ...peer,
        hostname,
        port,
        method: "PUT",
        path,
        headers,
        agent: false,
        rejectUnauthorized: false,
      };
      const request = https.request(options, (response) => {
        resolve({ status: response.statusCode ?? 0 });
        request.destroy();
      });
      request.on("error", reject);
      request.flushHeaders();
    });
  }

  it("half an upload leaves nothing in the bucket", async () => {
    const content = "x".repeat(1000);
    const path = `file_bucket_file/sha256/${createHash("sha256").update(content).digest("hex")}/tmp/x`;
    await cutOff(
      `PUT /puppet/v3/${path}?environment=production HTTP/1.1\r\nHost: x\r\nAccept: application/octet-stream\r\n` +
        `Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n${content.slice(500)}`,
    );
    const raw = { Accept: "application/octet-stream" };
    expect((await ask("HEAD", `${path}?environment=production`, raw)).status).toBe(404);
    const wrong = await ask(
      "PUT",
      `${path}?environment=production`,
      { ...raw, "Content-Type": "application/octet-stream" },
      "other bytes",
    );
    expect(wrong.status).toBe(400);
    expect((await ask("HEAD", `${path}?environment=production`, raw)).status).toBe(404);
  });

  /** Sends this, and goes. */
  function cutOff(text: string): Promise<void> {
    const { hostname, port } = new URL(site.house.first.https);
    return new Promise((resolve, reject) => {
      const socket = connect({ ...peer, host: hostname, port: Number(port), rejectUnauthorized: false });
      socket.on("error", reject);
      socket.once("secureConnect", () => socket.write(text, () => socket.destroy()));
      socket.once("close", () => resolve());
    });
  }

  it("10,000 headers are too many", async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`X-Many-${i}`, "x".repeat(30)]));
    const status = await ask("GET", `node/${CERTNAME}?environment=production`, many).then(
      (answer) => answer.status,
      // The connection may be gone before the answer is read.
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([431, "ECONNRESET", "EPIPE"]).toContain(status);
  });

  const laughs = Array.from({ length: 12 }, (_, i) =>
    i === 0
      ? 'a0: &a0 ["x","x"]'
      : `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
  ).join("\n");
  it.each([
    ["that doubles itself", `---\nhost: ${CERTNAME}\n${laughs}\n`],
    ["that names a class to be made", "--- !ruby/object:Gem::Installer\ni: x\n"],
    ["of 100,000 levels", `--- ${"[".repeat(100_000)}`],
    ["that is none", "--- {\n\t- : }}}\n"],
    ["of two documents", `---\nhost: ${CERTNAME}\n---\nhost: ${OTHER}\n`],
  ])("YAML %s is no report", async (_, body) => {
    const put = await ask("PUT", `report/${CERTNAME}?environment=production`, { "Content-Type": "text/yaml" }, body);
    expect(put.status).toBe(400);
    expect(await site.reports(CERTNAME)).toEqual([]);
  });
});

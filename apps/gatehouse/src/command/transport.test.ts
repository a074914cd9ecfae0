import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http, { type IncomingMessage, type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ownCertificate, type ServerCertificate } from "../server/certificate.js";
import { testIssuer } from "../server/issuer.test.helper.js";
import { EXIT } from "./errors.js";
import { transportTo } from "./transport.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-transport-"));
let certificate: ServerCertificate;
let fingerprint: string;
beforeAll(async () => {
  certificate = await ownCertificate(dir, [], new Date(), testIssuer());
  fingerprint = new X509Certificate(certificate.cert).fingerprint256;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A server that notes what it is sent and answers by `answer`. */
async function serve(answer: RequestListener = (_, res) => void res.end("{}"), tls?: ServerCertificate) {
  const seen: Seen[] = [];
  const app: RequestListener = async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    seen.push({ method: req.method, headers: req.headers, body: Buffer.concat(chunks) });
    answer(req, res);
  };
  const server = tls === undefined ? http.createServer(app) : https.createServer(tls, app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`, seen };
}

const isUnreachable = (words: RegExp) =>
  expect.objectContaining({ exitCode: EXIT.unreachable, message: expect.stringMatching(words) });
const secret = { headers: { authorization: "Bearer SECRET" } };

describe("the certificate", () => {
  it("is known by its fingerprint", async () => {
    const { url, seen } = await serve(undefined, certificate);
    const response = await transportTo({ fingerprint })(new Request(`${url}/x`, secret));
    expect(await response.json()).toEqual({});
    expect(seen[0]?.headers.authorization).toBe("Bearer SECRET");
  });

  it("of another server gets nothing to read", async () => {
    const { url, seen } = await serve(undefined, certificate);
    const other = fingerprint.replace(/^../, (byte) => (byte === "00" ? "01" : "00"));
    const call = transportTo({ fingerprint: other })(new Request(url, secret));
    await expect(call).rejects.toEqual(isUnreachable(/another server answers there/));
    expect(seen).toEqual([]);
  });

  it("chains to the CA that is given, and to nothing else", async () => {
    const { url, seen } = await serve(undefined, certificate);
    await expect(transportTo({})(new Request(url, secret))).rejects.toEqual(isUnreachable(/unable to verify/));
    expect(seen).toEqual([]);
    expect((await transportTo({ ca: readFileSync(certificate.file, "utf8") })(new Request(url, secret))).status).toBe(
      200,
    );
  });

  it("is not asked for on plain HTTP", async () => {
    const { url } = await serve();
    expect((await transportTo({ fingerprint })(new Request(url))).status).toBe(200);
  });
});

describe("a body", () => {
  it("of JSON goes out with its length", async () => {
    const { url, seen } = await serve();
    await transportTo({})(new Request(url, { method: "POST", body: '{"ä":1}' }));
    expect(seen[0]).toMatchObject({ method: "POST", headers: { "content-length": "8" }, body: Buffer.from('{"ä":1}') });
    expect(seen[0]?.headers["transfer-encoding"]).toBeUndefined();
  });

  it("that is streamed goes out with the length that is said", async () => {
    const { url, seen } = await serve();
    const half = Buffer.alloc(100_000, 7);
    const body = Readable.toWeb(Readable.from([half, half]));
    const init = { method: "POST", body, duplex: "half" as const, headers: { "content-length": "200000" } };
    await transportTo({})(new Request(url, init));
    expect(seen[0]?.headers["content-length"]).toBe("200000");
    expect(seen[0]?.headers["transfer-encoding"]).toBeUndefined();
    expect(seen[0]?.body.equals(Buffer.concat([half, half]))).toBe(true);
  });

  it("that is refused before it is read leaves the answer to count", async () => {
    const server = http.createServer((_, res) => res.writeHead(413, { connection: "close" }).end("too large"));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const chunk = Buffer.alloc(1 << 20);
    const body = Readable.toWeb(Readable.from(Array.from({ length: 64 }, () => chunk)));
    const init = { method: "POST", body, duplex: "half" as const, headers: { "content-length": String(64 << 20) } };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const response = await transportTo({})(new Request(url, init));
    expect([response.status, await response.text()]).toEqual([413, "too large"]);
  });

  it("whose source breaks is an error, not an upload", async () => {
    const { url, seen } = await serve();
    const source = Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw new Error("the disk is gone");
      })(),
    );
    const body = Readable.toWeb(source);
    const init = { method: "POST", body, duplex: "half" as const, headers: { "content-length": "20" } };
    await expect(transportTo({})(new Request(url, init))).rejects.toEqual(
      isUnreachable(/disk is gone|hang up|aborted/),
    );
    expect(seen).toEqual([]);
  });
});

describe("an answer", () => {
  it("without a body is one", async () => {
    const { url } = await serve((_, res) => void res.writeHead(204).end());
    const response = await transportTo({})(new Request(url, { method: "DELETE" }));
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it("comes with its status, headers and bytes", async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    const { url } = await serve((_, res) => void res.writeHead(418, { "x-request-id": "abc" }).end(bytes));
    const response = await transportTo({})(new Request(url));
    expect([response.status, response.ok, response.headers.get("x-request-id")]).toEqual([418, false, "abc"]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it("that breaks off is no answer", async () => {
    const { url } = await serve((_, res) => {
      res.writeHead(200, { "content-length": "100" });
      res.write("half", () => res.destroy());
    });
    const response = await transportTo({})(new Request(url));
    await expect(response.text()).rejects.toEqual(isUnreachable(/cannot be reached: aborted/));
  });

  it("of nobody says so", async () => {
    const { url } = await serve();
    servers.shift()?.close();
    await expect(transportTo({})(new Request(url))).rejects.toEqual(isUnreachable(/cannot be reached: .*ECONNREFUSED/));
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import http, { type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ownCertificate, type ServerCertificate } from "../certificate.js";
import { testIssuer } from "../issuer.test.helper.js";
import { diskCheck, judgeSpace } from "./disk.js";
import { createDoctor } from "./doctor.js";
import { instanceKeyCheck } from "./instance-key.js";
import { listenerChecks } from "./listeners.js";
import type { DoctorParts, ListenerFacts } from "./parts.js";
import { probe } from "./probe.js";

const now = new Date();
const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-doctor-"));
let certificate: ServerCertificate;
let other: ServerCertificate;
beforeAll(async () => {
  certificate = await ownCertificate(path.join(dir, "tls"), ["gate.example"], now, testIssuer());
  other = await ownCertificate(path.join(dir, "other"), [], now, testIssuer());
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const pullServer: RequestListener = (req, res) => {
  if (req.url === "/pull/" && req.headers["protocolversion"] === "2.0") res.setHeader("ProtocolVersion", "2.0");
  res.statusCode = req.url === "/pull/" || req.url === "/healthz" ? 200 : 404;
  res.end();
};

async function serve(app: RequestListener, tls?: ServerCertificate): Promise<string> {
  const server = tls === undefined ? http.createServer(app) : https.createServer(tls, app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fingerprintOf = async (url: string) => (await probe(url, "/healthz")).certificate?.fingerprint256 ?? null;

describe("the disk", () => {
  const GIB = 2 ** 30;
  it.each([
    [50 * GIB, 100 * GIB, "ok"],
    [10 * GIB, 100 * GIB, "ok"],
    [10 * GIB - 1, 100 * GIB, "warning"],
    [2 * GIB, 4 * GIB, "ok"],
    [2 * GIB - 1, 4 * GIB, "warning"],
    [200 * 2 ** 20, 4 * GIB, "warning"],
    [200 * 2 ** 20 - 1, 250 * 2 ** 20, "failed"],
    [0, 0, "failed"],
  ])("with %i of %i bytes free is %s", (freeBytes, totalBytes, state) => {
    expect(judgeSpace("/data", { freeBytes, totalBytes })).toMatchObject({ id: "disk", state });
  });

  it("is written to, and left as it was", async () => {
    const folder = path.join(dir, "data");
    mkdirSync(folder);
    expect((await diskCheck(folder)).finding).toMatch(/are free for .*data\.$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that is not there cannot be written", async () => {
    expect(await diskCheck(path.join(dir, "gone"))).toMatchObject({
      state: "failed",
      finding: expect.stringMatching(/gone cannot be written: ENOENT/),
    });
  });
});

describe("the instance key", () => {
  const keyFile = (mode: number) => {
    const file = path.join(dir, "instance.key");
    writeFileSync(file, "0".repeat(64));
    chmodSync(file, mode);
    return file;
  };

  it.runIf(process.platform !== "win32").each([
    [0o600, true, "ok"],
    [0o400, false, "ok"],
    [0o640, true, "warning"],
    [0o440, false, "warning"],
    [0o604, false, "warning"],
  ])("of mode %o (ours: %s) is %s", async (mode, own, state) => {
    expect(await instanceKeyCheck({ path: keyFile(mode), own })).toMatchObject({ id: "instance-key", state });
  });

  it("that is gone is the worst", async () => {
    const found = await instanceKeyCheck({ path: path.join(dir, "no.key"), own: true });
    expect(found).toMatchObject({ state: "failed", advice: expect.stringContaining("backup") });
  });
});

describe("a listener", () => {
  const parts = { dscPrefixes: ["/pull"], serverNames: ["gate.example"] };
  const look = async (listener: Partial<ListenerFacts> & { url: string }, names = parts.serverNames) => {
    const secure = listener.url.startsWith("https");
    const facts: ListenerFacts = {
      secure,
      mounts: ["dsc", "platform"],
      fingerprint: secure ? await fingerprintOf(listener.url).catch(() => null) : null,
      ...listener,
    };
    const host = new URL(listener.url).host;
    return (await listenerChecks([facts], { ...parts, serverNames: names }, new Date())).map(({ id, state, finding }) =>
      [id.replace(host, "HOST"), state, finding.replaceAll(listener.url, "URL")].join(" | "),
    );
  };

  it("is called as an LCM calls it", async () => {
    expect(await look({ url: await serve(pullServer) })).toEqual([
      "listener:HOST | ok | URL/pull/ answers as a pull server.",
    ]);
  });

  it("without dsc is asked whether it is alive", async () => {
    const onlyHealth: RequestListener = (req, res) => res.writeHead(req.url === "/healthz" ? 200 : 500).end();
    expect(await look({ url: await serve(onlyHealth), mounts: ["platform"] })).toEqual([
      "listener:HOST | ok | URL answers.",
    ]);
    expect(await look({ url: await serve(onlyHealth), mounts: ["api"] })).toEqual([
      "listener:HOST | failed | URL answers 500.",
    ]);
  });

  it("with TLS has its certificate looked at", async () => {
    const url = await serve(pullServer, certificate);
    expect(await look({ url })).toEqual([
      "listener:HOST | ok | URL/pull/ answers as a pull server.",
      expect.stringMatching(/^certificate:HOST \| ok \| The certificate is for gate\.example, .*localhost, .*, until /),
    ]);
    expect((await look({ url }, ["pull.example"]))[1]).toMatch(/failed \| The certificate is not for pull\.example/);
  });

  it("that shows another certificate is somebody else", async () => {
    const ours = await fingerprintOf(await serve(pullServer, certificate));
    expect(await look({ url: await serve(pullServer, other), fingerprint: ours })).toEqual([
      expect.stringMatching(/failed \| URL shows another certificate/),
    ]);
  });

  it("that does not answer as a pull server fails", async () => {
    const url = await serve((_, res) => res.end("hello"));
    expect(await look({ url })).toEqual([
      expect.stringMatching(/failed \| URL\/pull\/ answers without ProtocolVersion/),
    ]);
  });

  it("that nobody listens on fails, and the others are looked at all the same", async () => {
    const url = await serve(pullServer);
    const good = { url: await serve(pullServer), secure: false, mounts: ["dsc"] as const, fingerprint: null };
    // After the other has its port: it cannot get this one.
    servers.shift()?.close();
    expect(await listenerChecks([{ ...good, url }, good], parts, new Date())).toMatchObject([
      { state: "failed", finding: expect.stringMatching(/does not answer: .*ECONNREFUSED/) },
      { state: "ok" },
    ]);
  });
});

describe("the doctor", () => {
  const away = () => Promise.reject(new Error("the database is away"));
  const well: DoctorParts = {
    facts: async () => ({ version: "18.4", sizeBytes: 1, now: new Date(), milliseconds: 1 }),
    sharesBackends: async () => false,
    schema: async () => ({ missing: [], unknown: [] }),
    backlog: async () => ({ waiting: 0, oldestAt: null, deadLetters: 0 }),
    schedule: [],
    taskRuns: async () => [],
    authority: async () => ({
      ready: true,
      missingCrls: [],
      interrupted: [],
      certificates: { ca: new Date("2100-01-01") },
      crls: { ca: new Date("2100-01-01") },
      crlDays: 1825,
    }),
    listeners: () => [],
    dscPrefixes: ["/"],
    serverNames: [],
    dataDir: dir,
    keyFile: { path: path.join(dir, "tls", "server.key"), own: true },
    startedAt: now,
    now: () => new Date(),
    compiler: () => ({ state: "disabled" }),
    jobs: async () => ({ open: {}, ended: {}, unproven: 0 }),
    compilerNeeds: async () => ({ environments: [], groups: [], nodes: 0 }),
  };
  const states = async (parts: DoctorParts) =>
    Object.fromEntries((await createDoctor(parts).examine()).map(({ id, state }) => [id, state]));

  it("looks at everything", async () => {
    const { disk: _, ...others } = await states(well);
    expect(others).toEqual({
      database: "ok",
      "database-pooler": "ok",
      schema: "ok",
      clock: "ok",
      "instance-key": "ok",
      authority: "ok",
      "revocation-lists": "ok",
      compiler: "ok",
      inbox: "ok",
      "dead-letters": "ok",
      jobs: "ok",
      scheduler: "ok",
    });
  });

  it("tells what it still can when the database is away", async () => {
    const parts = {
      ...well,
      facts: away,
      schema: away,
      backlog: away,
      jobs: away,
      taskRuns: away,
      authority: away,
      compilerNeeds: away,
    };
    const { disk: _, ...others } = await states(parts);
    expect(others).toEqual({
      database: "failed",
      "database-pooler": "ok",
      schema: "failed",
      clock: "failed",
      "instance-key": "ok",
      authority: "failed",
      compiler: "failed",
      inbox: "failed",
      jobs: "failed",
      scheduler: "failed",
    });
    for (const { state, advice } of await createDoctor(parts).examine()) expect(advice === null).toBe(state === "ok");
  });
});

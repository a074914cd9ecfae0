import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Role } from "@gatehouse/core/access";
import { Database, SecretBox } from "@gatehouse/store";
import { createTestDatabase, type TestDatabase } from "@gatehouse/store/testing";
import { afterAll, beforeAll, inject } from "vitest";
import { loadConfig } from "../config/load.js";
import { mountable } from "../config/schema.js";
import type { ServerCertificate } from "./certificate.js";
import { compose } from "./compose.js";
import type { Gateway } from "./gateway.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  readonly json: any;
}

export interface House {
  readonly gateway: Gateway;
  readonly db: Database;
  readonly dataDir: string;
  readonly port: number;
  /** What the gateway knows as its own; it shows none, for its listener is a plain one. */
  certificate: ServerCertificate | undefined;
  readonly lines: { level: string; message: string; fields: Record<string, unknown> }[];
  /** The secret of a token of each role. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** One request; objects go as JSON, buffers and texts as they are. */
  call(
    method: string,
    path: string,
    said?: { token?: string; body?: unknown; headers?: http.OutgoingHttpHeaders },
  ): Promise<Answer>;
}

interface HouseOptions {
  /** Settings, beside smaller keys of the authority. */
  readonly env?: NodeJS.ProcessEnv;
  /** False: the test starts the authority. */
  readonly withAuthority?: boolean;
}

/** The gateway as it is composed, on a database and a plain listener of the test file's own. */
export function useGateway({ env = {}, withAuthority = true }: HouseOptions = {}): House {
  const house = { lines: [] as House["lines"], tokens: { viewer: "", operator: "", admin: "" } } as {
    -readonly [Key in keyof House]: House[Key];
  };
  let test: TestDatabase | undefined;
  let listeners: Listener[] = [];

  beforeAll(async () => {
    test = await createTestDatabase(inject("databaseUrl"));
    house.db = await Database.open({ url: test.url });
    house.dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-app-"));
    const noteAt = (level: string) => (message: string, fields?: Record<string, unknown>) =>
      house.lines.push({ level, message, fields: fields ?? {} });
    house.gateway = compose({
      config: loadConfig({}, { GATEHOUSE_CA_KEY_BITS: "2048", ...env }),
      dataDir: house.dataDir,
      db: house.db,
      box: new SecretBox(randomBytes(32)),
      keyFile: { path: path.join(house.dataDir, "instance.key"), own: true },
      listeners: () => listeners,
      certificate: () => house.certificate,
      log: { debug: noteAt("debug"), info: noteAt("info"), warn: noteAt("warn"), error: noteAt("error") },
      draining: () => false,
    });
    if (withAuthority) await house.gateway.authority.start();
    await house.gateway.authorization.start();
    await house.gateway.work.start();
    await house.gateway.recorder.start();
    const listener = {
      address: "127.0.0.1:0",
      tls: "off",
      minVersion: "TLSv1.2",
      requestClientCertificate: false,
      // So that a test can say that it came by TLS.
      trustedProxies: ["127.0.0.1"],
    } as const;
    const config = { ...loadConfig({}, {}), listeners: [{ ...listener, mounts: mountable }] };
    const none = () => Promise.reject(new Error("no certificate is needed"));
    listeners = await openListeners(config, none, house.gateway.app);
    house.port = Number(new URL(listeners[0]?.url ?? "").port);
    for (const role of ["viewer", "operator", "admin"] as const) {
      const secret = `gth_${randomBytes(32).toString("base64url")}`;
      await house.gateway.tokens.add({ name: `the-${role}`, role, secret });
      (house.tokens as Record<Role, string>)[role] = secret;
    }
  });
  afterAll(async () => {
    await closeListeners(listeners, 1);
    await house.gateway?.compiler.stop();
    await house.gateway?.work.stop();
    await house.gateway?.authority.stop();
    await house.gateway?.authorization.stop();
    await house.gateway?.recorder.stop();
    await house.gateway?.keptExchanges.close();
    await house.gateway?.registry.flush();
    await house.db?.close();
    await test?.drop();
    rmSync(house.dataDir, { recursive: true, force: true });
  });

  house.call = (method, target, { token, body, headers = {} } = {}) =>
    new Promise((resolve, reject) => {
      const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      const options = { port: house.port, host: "127.0.0.1", agent: false, method, path: target };
      const request = http.request({ ...options, headers: { ...authorization, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        // One that goes on for ever: its head is the answer.
        if (response.headers["content-type"] === "text/event-stream") {
          request.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: "", json: undefined });
          return;
        }
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(response.headers["content-type"] ?? "") && text !== "";
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: isJson ? JSON.parse(text) : undefined,
          });
        });
      });
      request.on("error", reject);
      const asIs = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
      request.end(asIs ? body : JSON.stringify(body));
    });
  return house as House;
}

/** Enrols a node, so that there is one. */
export const enrol = (house: House, value: string, nodeName: string) =>
  house.gateway.registry.enrol({
    alias: { family: "dsc", kind: "agentid", value },
    nodeName,
    evidence: [],
    trust: "key",
    role: "ConfigurationRepository",
    keyId: null,
    detail: {},
    merge: (before) => before,
  });

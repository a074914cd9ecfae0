import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Role } from "@gatehouse/core/access";
import type { AuditEvent } from "@gatehouse/core/audit";
import { fixedClock } from "@gatehouse/core/clock";
import type { NodeView } from "@gatehouse/core/nodes";
import type { ReportView } from "@gatehouse/core/reports";
import { Admission, createHttpMetrics } from "@gatehouse/http";
import { expect, onTestFinished } from "vitest";
import { type ApiDeps, createApiRouter } from "./index.js";
import { answerChecker, apiDocument } from "./testing/index.js";

export const AT = new Date("2026-03-01T12:00:00.000Z");

export const aNode = (said: Partial<NodeView> = {}): NodeView => ({
  id: "0b8a0e0a-0000-4000-8000-000000000001",
  name: "web-1",
  state: "active",
  stateSince: AT,
  stateBy: "policy",
  labels: {},
  createdAt: AT,
  lastSeen: null,
  agents: [],
  evidence: [],
  settings: {},
  ...said,
});

export const anAgent = (id: string): NodeView["agents"][number] => ({
  id,
  family: "dsc",
  aliases: [{ family: "dsc", kind: "agentid", value: id }],
  attributes: {},
  firstSeen: AT,
  lastSeen: AT,
  trust: "key",
  isAlive: true,
  latestReport: { reportId: "7", status: "success", at: AT },
});

export const aReport = (said: Partial<ReportView> = {}): ReportView => ({
  id: "7",
  agentId: "a",
  nodeId: "n",
  nodeName: "web-1",
  protocol: "dsc",
  run: "J",
  status: "success",
  operation: "Consistency",
  startedAt: AT,
  endedAt: null,
  outcome: "success",
  errors: [],
  errorCount: 0,
  counts: { ok: 2 },
  content: null,
  hungAfterSeconds: null,
  attributes: {},
  firstAt: AT,
  lastAt: AT,
  parts: [],
  ...said,
});

/** Parts of the API's dependencies, by port. */
export type Fakes = { readonly [K in keyof ApiDeps]?: Partial<ApiDeps[K]> };

/** A port of which only what the test gives is there; asking for more fails the test with its name. */
export const portOf = <T extends object>(name: string, given: Partial<T> = {}): T =>
  new Proxy(given as T, {
    get: (target, key) =>
      Reflect.get(target, key) ??
      (() => {
        throw new Error(`${name}.${String(key)} is not expected to be called`);
      }),
  });

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  readonly json: any;
}

const PORTS =
  "registry nodes identity groups assignments facts history inventories inventoryRules reports submissions held deadLetters inbox taskLog doctor database keys logins registrationTokens agentKeys content environments catalogs keptCatalogs tokens authority certificates autosign authorization credentials jobs packages".split(
    " ",
  );
const check = answerChecker(apiDocument());

/** The API over faked ports on a real server, for one test; tokens are the names of the roles. Every answer is held against the document. */
export async function serveApi(fakes: Fakes = {}) {
  const events: AuditEvent[] = [];
  const requests = { "check-in": 9, content: 9, submission: 9, operator: 9, platform: 9 };
  const admission = new Admission({ requests, bodyBytes: 1 << 30 });
  const quiet = () => undefined;
  const ports = Object.fromEntries(PORTS.map((name) => [name, portOf(name, fakes[name as keyof Fakes] as object)]));
  const deps = {
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    admission,
    metrics: createHttpMetrics(admission),
    clock: fixedClock(AT),
    protocols: [],
    documentKinds: [],
    uploadDir: path.join(tmpdir(), "gatehouse-api-test"),
    version: "0.0.1",
    startedAt: AT,
    ...fakes,
    ...ports,
    audit: portOf("audit", { record: async (event: AuditEvent) => void events.push(event), ...fakes.audit }),
    tokens: portOf("tokens", {
      find: async (secret: string) => ({
        id: secret,
        name: `the-${secret}`,
        role: secret as Role,
        createdAt: AT,
        expiresAt: null,
        revokedAt: null,
      }),
      ...fakes.tokens,
    }),
  } as unknown as ApiDeps;
  const handler = createApiRouter(deps);
  const server = http.createServer((req, res) => handler(req, res, () => res.writeHead(599).end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  const call = async (
    role: Role | undefined,
    method: string,
    below: string,
    body?: unknown,
    more: http.OutgoingHttpHeaders = {},
  ): Promise<Answer> => {
    const target = `/api/v1${below}`;
    const headers = role === undefined ? more : { ...more, Authorization: `Bearer ${role}` };
    const request = http.request({ port, host: "127.0.0.1", method, path: target, headers, agent: false });
    request.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [status, contentType] = [response.statusCode ?? 0, response.headers["content-type"]];
    expect(check({ method, target, status, contentType, text })).toBeUndefined();
    const json: unknown = /json/.test(contentType ?? "") ? JSON.parse(text) : undefined;
    return { status, headers: response.headers, text, json };
  };
  return { call, events, origin: `http://127.0.0.1:${port}`, server };
}

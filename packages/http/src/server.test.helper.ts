import { once } from "node:events";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { GatehouseError } from "@gatehouse/core/errors";
import { onTestFinished } from "vitest";
import { Admission, type AdmissionLimits } from "./admission.js";
import { createHttpMetrics } from "./metrics.js";
import type { RouteRow, RouteTable } from "./route-table.js";
import { createRouter, type RouterDeps } from "./router.js";

export const row = (said: Partial<RouteRow> & Pick<RouteRow, "handle">): RouteRow => ({
  id: "test",
  method: "GET",
  pattern: /^\/$/,
  access: { who: "anyone", why: "a test" },
  bodyLimit: 0,
  admission: "operator",
  ...said,
});

export const tableOfRows = (...rows: RouteRow[]): RouteTable => ({
  protocol: "test",
  rows,
  canonicalPath: (path) => {
    if (path.includes("%zz")) throw new GatehouseError("request-malformed", "The path is broken.");
    return path.startsWith("/other") ? undefined : path.toLowerCase();
  },
  renderError: (error, requestId) => ({
    status: error.status,
    headers: { "Content-Type": "text/plain", ...(error.allow ? { Allow: error.allow.join(", ") } : {}) },
    body: `${error.code} ${error.message} ${requestId}`,
  }),
  commonHeaders: { "X-Common": "yes" },
});

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** A real server around one table, for one test; status 599 is what was passed on. */
export async function serve(table: RouteTable, said: Partial<RouterDeps> = {}, limits: Partial<AdmissionLimits> = {}) {
  const requests = { "check-in": 100, content: 100, submission: 100, operator: 100, platform: 100 };
  const admission = new Admission({ requests, bodyBytes: 1 << 30, ...limits });
  const metrics = createHttpMetrics(admission);
  const lines: Line[] = [];
  const noteAt = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    lines.push({ level, message, fields: fields ?? {} });
  const log = { debug: noteAt("debug"), info: noteAt("info"), warn: noteAt("warn"), error: noteAt("error") };
  const handler = createRouter(table, { log, admission, metrics, ...said });
  const server = http.createServer((req, res) =>
    handler(req, res, (error) => res.writeHead(error === undefined ? 599 : 598).end()),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  /** One request on a connection of its own. */
  const send = (method: string, path: string, headers: http.OutgoingHttpHeaders = {}, body?: Buffer | string) =>
    new Promise<Answer>((resolve, reject) => {
      const request = http.request({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, text: bytes.toString() });
        });
      });
      request.on("error", reject);
      request.end(body);
    });

  /** Everything that comes back for bytes as they are, until the server closes the connection. */
  const raw = async (bytes: string, thenEnd = false): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => undefined);
    socket.write(bytes, "latin1");
    if (thenEnd) socket.end();
    await once(socket, "close");
    return text;
  };
  return { port, server, admission, metrics, lines, send, raw };
}

import http from "node:http";
import https from "node:https";
import { LcmError } from "./errors.js";
import type { Header } from "./flavour.js";
import type { ServerUrl } from "./server-url.js";

/** TLS settings of a simulated LCM; `cert` and `key` are what it presents as its own certificate. */
export interface LcmTls {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** An answer as received; redirects are answers like any other and never followed. */
export interface LcmAnswer {
  readonly operation: string;
  readonly status: number;
  /** Statuses an LCM takes for success: 200, 201 and 204. */
  readonly ok: boolean;
  /** Headers by lower-case name, repeated ones joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in wire order and letter case. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Whether the server sent 100 Continue before its answer. */
  readonly continued: boolean;
  /** From the start of the request to the last byte of the answer, in milliseconds. */
  readonly durationMs: number;
}

/** One request, complete. */
export interface LcmRequest {
  readonly operation: string;
  readonly method: "PUT" | "POST" | "GET";
  readonly url: ServerUrl;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Buffer | undefined;
  /** How long to wait for 100 Continue before the body is sent anyway, in milliseconds; undefined: do not wait. */
  readonly continueWaitMs: number | undefined;
  readonly agent: http.Agent | https.Agent | false;
  readonly tls: LcmTls;
  readonly timeoutMs: number;
}

/**
 * Sends one request with exactly the given headers, in their order.
 *
 * @param request what to send
 * @returns the answer, whatever its status
 * @throws LcmError kind "transport" when the connection fails, is cut, or nothing complete came within `timeoutMs`
 */
export function send(request: LcmRequest): Promise<LcmAnswer> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const { url } = request;
    const outgoing = (url.tls ? https : http).request({
      ...(url.tls ? request.tls : {}),
      hostname: url.hostname,
      port: url.port,
      method: request.method,
      path: request.path,
      agent: request.agent,
      setHost: false,
    });
    let continued = false;
    let bodySent = false;
    let patience: NodeJS.Timeout | undefined;
    const fail = (cause: Error): void => {
      clearTimeout(deadline);
      clearTimeout(patience);
      const text = `The attempt to connect to the server ${url.text} failed: ${cause.message}`;
      reject(new LcmError("transport", request.operation, text, undefined, cause));
    };
    const deadline = setTimeout(
      () => outgoing.destroy(new Error(`no complete answer within ${request.timeoutMs} ms`)),
      request.timeoutMs,
    );
    const sendBody = (): void => {
      clearTimeout(patience);
      if (!bodySent) {
        bodySent = true;
        outgoing.end(request.body);
      }
    };
    outgoing.on("error", fail);
    outgoing.on("continue", () => {
      continued = true;
      sendBody();
    });
    outgoing.on("response", (incoming) => {
      clearTimeout(patience);
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", fail);
      incoming.on("end", () => {
        clearTimeout(deadline);
        const status = incoming.statusCode ?? 0;
        const headers = Object.fromEntries(
          Object.entries(incoming.headersDistinct).map(([k, v]) => [k, v?.join(", ")]),
        );
        resolve({
          operation: request.operation,
          status,
          ok: status === 200 || status === 201 || status === 204,
          headers: headers as Record<string, string>,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks),
          continued,
          durationMs: performance.now() - started,
        });
        // A server that answered without taking the body would read the next request as that body.
        if (!bodySent) {
          outgoing.destroy();
        }
      });
    });
    for (const [name, value] of request.headers) {
      outgoing.setHeader(name, value);
    }
    // Node writes a Connection header of its own unless it was removed; recorded clients send none.
    if (!request.headers.some(([name]) => name === "Connection")) {
      outgoing.removeHeader("Connection");
    }
    if (request.continueWaitMs === undefined) {
      sendBody();
    } else {
      patience = setTimeout(sendBody, request.continueWaitMs);
      outgoing.flushHeaders();
    }
  });
}

import type { X509Certificate } from "node:crypto";
import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { TLSSocket } from "node:tls";
import { reasonOf } from "./check.js";

const PATIENCE_MS = 5_000;
/** Bytes of an answer that are looked at. */
const MOST = 64 * 1024;

/** What answered a GET, and how. */
export interface Probed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Null on plain HTTP. */
  readonly certificate: X509Certificate | null;
}

/**
 * A GET on a connection of its own. Any certificate is taken: it is what is looked at.
 * @throws when nothing answers in {@link PATIENCE_MS}
 */
export function probe(base: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Probed> {
  const { protocol, hostname, port } = new URL(base);
  const secure = protocol === "https:";
  const options = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    // Not through URL: it would tidy up a path that is to be sent as an agent sends it.
    path,
    headers: { host: new URL(base).host, ...headers },
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(PATIENCE_MS),
  } as const;
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(options, (response) => {
      const { socket } = response;
      const certificate = socket instanceof TLSSocket ? (socket.getPeerX509Certificate() ?? null) : null;
      const chunks: Buffer[] = [];
      let size = 0;
      const end = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
          certificate,
        });
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= MOST) return;
        end();
        request.destroy();
      });
      response.on("error", reject);
      response.on("end", end);
    });
    request.on("error", (error) => {
      const late = error.name === "TimeoutError" || error.name === "AbortError";
      const reason = late ? `nothing came in ${PATIENCE_MS / 1000} seconds.` : reasonOf(error);
      reject(new Error(`${base} does not answer: ${reason}`, { cause: error }));
    });
  });
}

import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { isFromTrustedProxy, tellsCertificates } from "./connection.js";

// A host name or address with an optional port: anything else from a Host header never reaches an answer.
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Scheme and authority that the client called, such as `https://pull.example.org:8140`. */
export function originOf(req: IncomingMessage): string {
  const scheme = cameByTls(req) ? "https" : "http";
  const host = req.headers.host;
  if (host !== undefined && HOST.test(host)) return `${scheme}://${host}`;
  const { localAddress = "localhost", localPort } = req.socket;
  return `${scheme}://${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort ?? 0}`;
}

/**
 * Whether the client's own connection was TLS: this one, or, where a trusted proxy ended it, by X-Forwarded-Proto. A
 * proxy that speaks of client certificates, and is believed in that, has ended TLS too.
 */
export function cameByTls(req: IncomingMessage): boolean {
  const { headers } = req;
  const said = headers["x-forwarded-proto"];
  if (said !== undefined && isFromTrustedProxy(req)) return said === "https";
  return isEncrypted(req) || (headers["x-client-verify"] !== undefined && tellsCertificates(req));
}

const isEncrypted = ({ socket }: IncomingMessage): boolean => (socket as Partial<TLSSocket>).encrypted === true;

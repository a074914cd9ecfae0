import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

// A host name or address with an optional port: anything else from a Host header never reaches an answer.
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Scheme and authority that the client called, such as `https://pull.example.org:8140`. */
export function originOf(req: IncomingMessage): string {
  const scheme = (req.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  const host = req.headers.host;
  if (host !== undefined && HOST.test(host)) return `${scheme}://${host}`;
  const { localAddress = "localhost", localPort } = req.socket;
  return `${scheme}://${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort ?? 0}`;
}

import type { IncomingMessage } from "node:http";
import { plainAddress } from "./addresses.js";
import { connectedFrom, isFromTrustedProxy, tellsCertificates, trustedProxiesOf } from "./connection.js";

/** Headers in which a proxy speaks of its client. */
const SPEAKS = /^(?:x-client-|x-forwarded-|forwarded$|x-real-ip$)/;
/** Those of them that speak of its certificate. */
const CERTIFIES = /^x-client-/;
/** Proxies that X-Forwarded-For is followed through. */
const HOPS = 20;

const seen = new WeakSet<IncomingMessage>();
/** Requests of trusted proxies: something was taken out, and it was about a client all the same. */
const spoke = new WeakSet<IncomingMessage>();

/**
 * Takes the headers in which a proxy speaks of its client out of a request that no trusted proxy wrote, before anything
 * looks at them; out of a trusted one's those of certificates, unless the listener takes them. Every router asks for it;
 * the first one does it.
 */
export function stripProxyHeaders(req: IncomingMessage): void {
  if (seen.has(req)) return;
  seen.add(req);
  if (!speaksOfAClient(req) || tellsCertificates(req)) return;
  const isTrusted = isFromTrustedProxy(req);
  if (isTrusted) spoke.add(req);
  const out = isTrusted ? CERTIFIES : SPEAKS;
  // Both are made of the raw headers when they are first asked for, and count on all of those being there.
  const { headers, headersDistinct, rawHeaders } = req;
  for (const name of Object.keys(headers)) {
    if (!out.test(name)) continue;
    delete headers[name];
    delete headersDistinct[name];
  }
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (out.test(rawHeaders[at]?.toLowerCase() ?? "")) rawHeaders.splice(at, 2);
  }
}

/** Whether the request came through something that speaks of its client. Says nothing of who that is. */
export function speaksOfAClient(req: IncomingMessage): boolean {
  if (spoke.has(req)) return true;
  for (const name in req.headers) if (SPEAKS.test(name)) return true;
  return false;
}

/**
 * The address of the client: what a trusted proxy says in X-Forwarded-For, else what the listener's PROXY protocol
 * says, else the other end of the connection. The nearest address that is no trusted proxy's counts: everything before
 * it is what that client says.
 */
export function remoteAddressOf(req: IncomingMessage): string | undefined {
  let from = connectedFrom(req);
  const header = req.headers["x-forwarded-for"];
  if (typeof header !== "string" || !isFromTrustedProxy(req)) return from;
  const trusted = trustedProxiesOf(req);
  let end = header.length;
  for (let hop = 0; hop < HOPS && end > 0; hop++) {
    const start = header.lastIndexOf(",", end - 1) + 1;
    const address = addressIn(header.slice(start, end));
    if (address === undefined) break;
    from = address;
    if (!trusted?.has(address)) break;
    end = start - 1;
  }
  return from;
}

/**
 * The address of the client where nobody stands between: what tells machines apart must not be a header, even of a proxy
 * that is trusted, because some hand on what their clients wrote.
 */
export const observedAddress = (req: IncomingMessage): string | undefined =>
  isFromTrustedProxy(req) ? undefined : connectedFrom(req);

/** The address of one entry; some proxies write its port, and brackets. */
function addressIn(entry: string): string | undefined {
  if (entry.length > 100) return undefined;
  const text = entry.trim();
  const [, bracketed, dotted] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  return plainAddress(bracketed ?? dotted ?? text);
}

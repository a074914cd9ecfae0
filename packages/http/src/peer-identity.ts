import type { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Clock } from "@gatehouse/core/clock";
import { isFromTrustedProxy, tellsCertificates } from "./connection.js";
import type { ConnectionsBySerial } from "./connections-by-serial.js";
import type { Peer, PeerIdentity } from "./peer.js";
import { certificateIn, commonNamesIn } from "./proxied-certificate.js";
import { speaksOfAClient } from "./proxy-headers.js";
import { type CertificateRules, type Standing, standingOf } from "./standing.js";

export interface PeerIdentityDeps extends CertificateRules {
  /** From memory: asked on every request, with upper-case hex of at least four digits. */
  readonly isRevoked: (serial: string) => boolean;
  readonly clock: Clock;
  /** Where verified connections are noted, for a revocation to close them. */
  readonly connections?: ConnectionsBySerial;
}

/** Clients of one proxy take turns on its connections: so many are remembered. */
const PROXIED = 1000;
/** Characters of an URL-encoded certificate: one with an RSA key of 4096 bits has about 3,000. */
const LONGEST_CERTIFICATE = 16_384;
const NONE: Peer = { kind: "none" };

interface Judged {
  readonly trust: readonly X509Certificate[] | undefined;
  readonly standing: Standing | undefined;
}

/**
 * Who the peer of a request is. The certificate is verified against our authority once for a connection, and again when
 * the authority is another; dates and revocation are asked on every request.
 */
export function createPeerIdentity(deps: PeerIdentityDeps): PeerIdentity {
  const bySocket = new WeakMap<object, Judged>();
  const byHeader = new Map<string, Judged>();

  const now = (standing: Standing): Peer => {
    if (!standing.ours) return standing.peer;
    const { peer, thumbprint } = standing;
    const time = deps.clock.now().getTime();
    const why = deps.isRevoked(peer.serial)
      ? `its serial ${peer.serial} is revoked`
      : time < standing.from
        ? "it is not valid yet"
        : time > standing.until
          ? "it has ended"
          : undefined;
    return why === undefined ? peer : { kind: "unverified", thumbprint, why };
  };

  const connected = ({ socket }: IncomingMessage): Peer => {
    const trust = deps.trust()?.certificates;
    let judged = bySocket.get(socket);
    if (judged === undefined || judged.trust !== trust) {
      const certificate = (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
      judged = { trust, standing: certificate && standingOf(certificate, deps) };
      bySocket.set(socket, judged);
      if (judged.standing?.ours) deps.connections?.add(judged.standing.peer.serial, socket);
    }
    return judged.standing === undefined ? NONE : now(judged.standing);
  };

  const proxied = ({ headers }: IncomingMessage): Peer => {
    const trust = deps.trust()?.certificates;
    const encoded = String(headers["x-client-cert"] ?? "");
    if (encoded === "" || encoded.length > LONGEST_CERTIFICATE) return NONE;
    let judged = byHeader.get(encoded);
    if (judged === undefined || judged.trust !== trust) {
      const certificate = certificateIn(encoded);
      judged = { trust, standing: certificate && standingOf(certificate, deps) };
    }
    // Last in the map is the one used last.
    byHeader.delete(encoded);
    byHeader.set(encoded, judged);
    if (byHeader.size > PROXIED) byHeader.delete(byHeader.keys().next().value ?? "");
    const { standing } = judged;
    if (standing === undefined) return NONE;
    const peer = now(standing);
    if (peer.kind !== "verified" || !standing.ours) return peer;
    const not = (why: string): Peer => ({ kind: "unverified", thumbprint: standing.thumbprint, why });
    if (headers["x-client-verify"] !== "SUCCESS") return not("the proxy did not verify it");
    const subject = headers["x-client-dn"];
    const names = subject === undefined ? [peer.name] : commonNamesIn(String(subject));
    if (names.length !== 1 || names[0] !== peer.name) return not("the proxy's X-Client-DN names another subject");
    return peer;
  };

  // A proxy's own certificate is never its clients': where it speaks of a client, its connection says nothing.
  return (req) => {
    if (!isFromTrustedProxy(req) || !speaksOfAClient(req)) return connected(req);
    return tellsCertificates(req) ? proxied(req) : NONE;
  };
}

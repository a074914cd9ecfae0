import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureVersion, TLSSocket } from "node:tls";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { onTestFinished } from "vitest";
import { AddressList } from "./addresses.js";
import { Admission } from "./admission.js";
import { trustProxies } from "./connection.js";
import { ConnectionsBySerial } from "./connections-by-serial.js";
import { createHttpMetrics } from "./metrics.js";
import type { Peer } from "./peer.js";
import { createPeerIdentity, type PeerIdentityDeps } from "./peer-identity.js";
import { createRouter } from "./router.js";
import { row, tableOfRows } from "./server.test.helper.js";
import type { Identity } from "./testing/authority.js";

/** What the server saw of a request. */
export interface Seen {
  readonly peer: Peer;
  readonly from: string | undefined;
  readonly headers: Record<string, string>;
  readonly authorized: boolean;
  readonly reused: boolean;
  readonly protocol: string;
  readonly clientPort: number;
}

/** Peers of an authority whose certificates are all of one profile, and that revokes what is in `revoked`. */
export function peerDeps(certificates: PeerIdentityDeps["trust"], profile: CertificateProfile = "puppet") {
  const revoked = new Set<string>();
  const clock = fixedClock(new Date());
  const connections = new ConnectionsBySerial();
  const deps: PeerIdentityDeps = {
    trust: certificates,
    profileOf: () => profile,
    extensionsOf: () => ({ pp_role: "web" }),
    isRevoked: (serial) => revoked.has(serial),
    clock,
    connections,
  };
  return { deps, revoked, clock, connections };
}

/** An HTTPS server that answers with whom it sees. */
export async function serveTls(
  server: Identity,
  deps: PeerIdentityDeps,
  said: { trustedProxies?: string[]; certificates?: boolean; ca?: string } = {},
) {
  const requests = { "check-in": 100, content: 100, submission: 100, operator: 100, platform: 100 };
  const admission = new Admission({ requests, bodyBytes: 1 << 20 });
  const nothing = () => undefined;
  const table = tableOfRows(
    row({
      handle: ({ peer, from, raw }) => {
        const socket = raw.socket as TLSSocket;
        const seen = {
          ...{ peer, from, headers: raw.headers, clientPort: socket.remotePort },
          ...{ authorized: socket.authorized, reused: socket.isSessionReused(), protocol: socket.getProtocol() },
        };
        return { status: 200, body: JSON.stringify(seen) };
      },
    }),
  );
  const handler = createRouter(table, {
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    admission,
    metrics: createHttpMetrics(admission),
    peerOf: createPeerIdentity(deps),
  });
  const { ca = [], certificates = false } = said;
  const tls = { cert: server.cert, key: server.key, ca, requestCert: true, rejectUnauthorized: false };
  const options = { ...tls, maxHeaderSize: 256 * 1024 };
  const listening = https.createServer(options, (req, res) => handler(req, res, () => res.writeHead(599).end()));
  trustProxies(listening, new AddressList(said.trustedProxies ?? []), { certificates });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const { port } = listening.address() as AddressInfo;
  return { server: listening, port, connect: (said?: Connecting) => connect(port, said) };
}

export interface Connecting extends Partial<Identity> {
  readonly session?: Buffer;
  readonly version?: SecureVersion;
}

/** A client with one connection that it keeps. */
function connect(port: number, { version, ...tls }: Connecting = {}) {
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
  const options = { port, host: "127.0.0.1", agent, rejectUnauthorized: false, ...tls, ...versions };
  let gotSession: (session: Buffer) => void = () => undefined;
  const session = new Promise<Buffer>((resolve) => {
    gotSession = resolve;
  });
  onTestFinished(() => agent.destroy());
  const get = (headers: OutgoingHttpHeaders = {}) =>
    new Promise<Seen>((resolve, reject) => {
      const request = https.request({ ...options, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => resolve(JSON.parse(text)));
      });
      request.on("socket", (socket) => {
        if (!request.reusedSocket) socket.once("session", gotSession);
      });
      request.on("error", reject);
      request.end();
    });
  return { get, session };
}

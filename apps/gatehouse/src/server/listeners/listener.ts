import http, { type RequestListener } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { GatehouseError } from "@gatehouse/core/errors";
import { AddressList, type Log, trustProxies } from "@gatehouse/http";
import type { Config, ListenerConfig, Mount } from "../../config/types.js";
import { setUnproven } from "./access.js";
import { type CertificateSources, shownBy } from "./certificates.js";
import { setMounts } from "./mounts.js";
import { HEADER_MS, speakProxyProtocol } from "./proxy-protocol.js";

/** Bytes: old Puppet agents send their facts in the query of a GET. */
const HEADER_LIMIT = 256 * 1024;

export interface Listener {
  /** Such as `https://127.0.0.1:8140`: how a program on this machine reaches it. */
  readonly url: string;
  readonly secure: boolean;
  /** SHA-256 of the certificate that it shows now to who names no other, as Node writes it; null without TLS. */
  readonly fingerprint: string | null;
  readonly mounts: readonly Mount[];
  /** True where nobody can call it without a PROXY protocol header. */
  readonly behindProxy: boolean;
  readonly server: http.Server;
  /**
   * Reads its certificates anew: new connections see them, and those that are open go on.
   * @throws start-refused for one that cannot be used; everything then stays as it was
   */
  reload(): Promise<void>;
  /** Takes no new connection, lets requests under way end for `drainSeconds`, then cuts what is left. */
  close(drainSeconds: number): Promise<void>;
}

/** The classes of requests and answers. */
export type Messages = Pick<http.ServerOptions, "IncomingMessage" | "ServerResponse">;

export interface ListenerParts extends CertificateSources {
  readonly http: Config["http"];
  readonly app: RequestListener;
  readonly log?: Log | undefined;
  /** Milliseconds that a PROXY protocol header may take. */
  readonly proxyHeaderMs?: number | undefined;
  readonly messages?: Messages | undefined;
}

/** Opens one listener. @throws start-refused when its address cannot be had, or its certificate not be used */
export async function openListener(listener: ListenerConfig, parts: ListenerParts): Promise<Listener> {
  const { address, tls, mounts, proxyProtocol = "off", requestClientCertificate, unproven = "allow" } = listener;
  const trusted = new AddressList(listener.trustedProxies ?? []);
  let shown = tls === "off" ? undefined : await shownBy(listener, parts);
  const server =
    shown === undefined
      ? http.createServer({ ...limits(parts.http), ...parts.messages }, parts.app)
      : https.createServer(
          {
            ...limits(parts.http),
            ...parts.messages,
            ...shown.options,
            requestCert: requestClientCertificate,
            // Who has none, or one of another authority, is served too: http/peer-identity says who is who.
            rejectUnauthorized: false,
            SNICallback: (name, done) => done(null, shown?.contextFor(name)),
          },
          parts.app,
        );
  setMounts(server, mounts);
  setUnproven(server, unproven);
  trustProxies(server, trusted, { certificates: listener.clientCertificateHeaders ?? false });
  const cutWaiting =
    proxyProtocol === "off"
      ? () => undefined
      : speakProxyProtocol(server, {
          trusted,
          withinMs: parts.proxyHeaderMs ?? HEADER_MS,
          refused: (from, reason) => parts.log?.warn("connection refused", { listener: address, from, reason }),
        });
  // Those that the server does not know as HTTP yet: in a handshake, or silent.
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const url = await listen(server, address, tls === "off" ? "http" : "https");

  let reloading = Promise.resolve();
  const reload = async () => {
    if (!(server instanceof https.Server)) return;
    const next = await shownBy(listener, parts);
    server.setSecureContext(next.options);
    shown = next;
  };
  return {
    url,
    secure: tls !== "off",
    get fingerprint() {
      return shown?.fingerprint ?? null;
    },
    mounts,
    behindProxy: proxyProtocol !== "off",
    server,
    reload: () => {
      // One after the other: what was read later is what is shown in the end.
      const mine = reloading.then(reload);
      reloading = mine.catch(() => undefined);
      return mine;
    },
    close: (drainSeconds) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections();
          for (const socket of open) socket.destroy();
        }, drainSeconds * 1000);
        // Idle connections are closed with it.
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        cutWaiting();
      }),
  };
}

const limits = ({ idleSeconds, requestSeconds }: Config["http"]): http.ServerOptions => ({
  maxHeaderSize: HEADER_LIMIT,
  keepAliveTimeout: idleSeconds * 1000,
  // Above the idle limit: else Node resets connections that an agent comes back to.
  headersTimeout: (idleSeconds + 5) * 1000,
  requestTimeout: Math.max(requestSeconds, idleSeconds + 5) * 1000,
});

/** @returns how a program on this machine calls it */
async function listen(server: http.Server, text: string, scheme: string): Promise<string> {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon).replace(/^\[|\]$/g, "");
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new GatehouseError("start-refused", `The address ${text} cannot be listened on: ${error.message}.`, {
          cause: error,
        }),
      ),
    );
    server.listen(Number(text.slice(colon + 1)), host, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const reachable =
    host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `${scheme}://${reachable}:${port}`;
}

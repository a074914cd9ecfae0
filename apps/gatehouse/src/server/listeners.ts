import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import http, { type IncomingMessage, type RequestListener } from "node:http";
import https from "node:https";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Config, ListenerConfig, Mount } from "../config/types.js";
import type { ServerCertificate } from "./certificate.js";

/** Bytes: old Puppet agents send their facts in the query of a GET. */
const HEADER_LIMIT = 256 * 1024;

export interface Listener {
  /** Such as `https://127.0.0.1:8140`: how a program on this machine reaches it. */
  readonly url: string;
  readonly secure: boolean;
  /** SHA-256 of its certificate, as Node writes it; null without TLS. */
  readonly fingerprint: string | null;
  readonly mounts: readonly Mount[];
  readonly server: http.Server;
}

const mountsByServer = new WeakMap<object, readonly Mount[]>();

/** What the listener behind a request mounts. */
export function mountsOf(req: IncomingMessage): readonly Mount[] {
  const { server } = req.socket as unknown as { server?: object };
  return (server && mountsByServer.get(server)) ?? [];
}

/** Opens every listener, or none. @throws start-refused with the address that cannot be had */
export async function openListeners(
  config: Config,
  own: () => Promise<ServerCertificate>,
  app: RequestListener,
): Promise<Listener[]> {
  const opened: Listener[] = [];
  try {
    for (const listener of config.listeners) opened.push(await openListener(config, listener, own, app));
    return opened;
  } catch (thrown) {
    for (const { server } of opened) server.close();
    throw thrown;
  }
}

async function openListener(
  config: Config,
  listener: ListenerConfig,
  own: () => Promise<ServerCertificate>,
  app: RequestListener,
): Promise<Listener> {
  const secure = listener.tls !== "off";
  const pair = secure ? await keyPair(listener, own) : undefined;
  const options: http.ServerOptions = {
    maxHeaderSize: HEADER_LIMIT,
    keepAliveTimeout: config.http.idleSeconds * 1000,
    // Above the idle limit: else Node resets connections that an agent comes back to.
    headersTimeout: (config.http.idleSeconds + 5) * 1000,
    requestTimeout: Math.max(config.http.requestSeconds, config.http.idleSeconds + 5) * 1000,
  };
  const server = pair
    ? https.createServer(
        {
          ...options,
          cert: pair.cert,
          key: pair.key,
          minVersion: listener.minVersion,
          requestCert: listener.requestClientCertificate,
          rejectUnauthorized: false,
        },
        app,
      )
    : http.createServer(options, app);
  const colon = listener.address.lastIndexOf(":");
  const host = listener.address.slice(0, colon).replace(/^\[|\]$/g, "");
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new GatehouseError(
          "start-refused",
          `The address ${listener.address} cannot be listened on: ${error.message}.`,
          { cause: error },
        ),
      ),
    );
    server.listen(Number(listener.address.slice(colon + 1)), host, resolve);
  });
  mountsByServer.set(server, listener.mounts);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const reachable =
    host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `${secure ? "https" : "http"}://${reachable}:${port}`,
    secure,
    fingerprint: pair ? new X509Certificate(pair.cert).fingerprint256 : null,
    mounts: listener.mounts,
    server,
  };
}

async function keyPair(
  listener: ListenerConfig,
  own: () => Promise<ServerCertificate>,
): Promise<{ cert: string; key: string }> {
  if (listener.tls === "own") return own();
  const { certFile, keyFile } = listener;
  if (certFile === undefined || keyFile === undefined) {
    throw new GatehouseError(
      "start-refused",
      `The listener ${listener.address} has tls: files, and no certFile and keyFile.`,
    );
  }
  try {
    return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  } catch (thrown) {
    throw new GatehouseError(
      "start-refused",
      `The certificate of ${listener.address} cannot be read: ${(thrown as Error).message}.`,
      { cause: thrown },
    );
  }
}

/** Takes no new connection, lets requests under way end for `drainSeconds`, then cuts what is left. */
export async function closeListeners(listeners: readonly Listener[], drainSeconds: number): Promise<void> {
  await Promise.all(
    listeners.map(
      ({ server }) =>
        new Promise<void>((resolve) => {
          const cut = setTimeout(() => server.closeAllConnections(), drainSeconds * 1000);
          server.close(() => {
            clearTimeout(cut);
            resolve();
          });
          server.closeIdleConnections();
        }),
    ),
  );
}

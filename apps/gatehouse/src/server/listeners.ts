import type { RequestListener } from "node:http";
import type { Log } from "@gatehouse/http";
import type { Config } from "../config/types.js";
import type { CertificateSources } from "./listeners/certificates.js";
import { type Listener, type Messages, openListener } from "./listeners/listener.js";

export { accessBy } from "./listeners/access.js";
export type { KeyPair } from "./listeners/certificates.js";
export type { Listener, Messages } from "./listeners/listener.js";
export { mountsOf } from "./listeners/mounts.js";
export { onHangup, reloadListeners } from "./listeners/reload.js";

export interface ListenersOptions {
  /** Told of connections that are refused before there is a request. */
  readonly log?: Log;
  /** PEM of the authority's certificates, for listeners that announce it. */
  readonly authority?: CertificateSources["authority"];
  /** Milliseconds that a PROXY protocol header may take. */
  readonly proxyHeaderMs?: number;
  /** What servers make requests and answers of, where it is not what Node makes. */
  readonly messages?: Messages;
}

/**
 * Opens every listener, or none.
 * @param own the gateway's certificate; asked again whenever certificates are read anew
 * @throws start-refused with the address that cannot be had
 */
export async function openListeners(
  config: Config,
  own: CertificateSources["own"],
  app: RequestListener,
  { log, authority, proxyHeaderMs, messages }: ListenersOptions = {},
): Promise<Listener[]> {
  const parts = { http: config.http, own, authority, app, log, proxyHeaderMs, messages };
  const opened: Listener[] = [];
  try {
    for (const listener of config.listeners) opened.push(await openListener(listener, parts));
    return opened;
  } catch (thrown) {
    await closeListeners(opened, 0);
    throw thrown;
  }
}

/** Takes no new connection, lets requests under way end for `drainSeconds`, then cuts what is left. */
export async function closeListeners(listeners: readonly Listener[], drainSeconds: number): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close(drainSeconds)));
}

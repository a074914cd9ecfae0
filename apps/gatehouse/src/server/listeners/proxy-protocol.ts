import type { Server, Socket } from "node:net";
import { type AddressList, announceSource, plainAddress } from "@gatehouse/http";
import { type ProxyHeader, readProxyHeader } from "./proxy-header.js";

/** A proxy writes its header at once: who needs longer is none. */
export const HEADER_MS = 5_000;

export interface ProxyProtocol {
  /** Who may speak it; the connections of all others are closed. */
  readonly trusted: AddressList;
  /** Milliseconds in which the header must have arrived. */
  readonly withinMs: number;
  /** Told of each connection that was closed for its header. */
  readonly refused: (from: string | undefined, why: string) => void;
}

/**
 * Has a server read a PROXY protocol header before anything else of a connection, TLS too. The server itself still
 * listens, so that its limits and its orderly end are those of any other.
 * @returns cuts the connections whose header is still awaited
 */
export function speakProxyProtocol(server: Server, protocol: ProxyProtocol): () => void {
  const serve = server.listeners("connection");
  server.removeAllListeners("connection");
  const waiting = new Set<Socket>();
  // A TLS socket does not say on which connection it runs, and no two that are open have the same four.
  const handshakes = new Map<string, ProxyHeader["source"]>();

  server.on("connection", (socket: Socket) => {
    const from = plainAddress(socket.remoteAddress);
    if (!protocol.trusted.has(from)) {
      protocol.refused(from, "PROXY protocol is spoken here, and the address is not among trustedProxies");
      socket.destroy();
      return;
    }
    waiting.add(socket);
    awaitHeader(socket, protocol.withinMs, (header) => {
      waiting.delete(socket);
      const ends = endsOf(socket);
      if (typeof header === "string" || ends === undefined) {
        if (typeof header === "string" && header !== "") protocol.refused(from, header);
        // Whatever happens to it until it is closed is of no interest.
        socket.on("error", () => undefined);
        socket.destroy();
        return;
      }
      announce(socket, header.source);
      handshakes.set(ends, header.source);
      socket.once("close", () => {
        if (handshakes.get(ends) === header.source) handshakes.delete(ends);
      });
      for (const listener of serve) listener.call(server, socket);
    });
  });
  // Before the listener that takes requests from the socket.
  server.prependListener("secureConnection", (socket: Socket) => {
    const ends = endsOf(socket);
    announce(socket, (ends === undefined ? undefined : handshakes.get(ends)) ?? "unknown");
    if (ends !== undefined) handshakes.delete(ends);
  });

  return () => {
    for (const socket of waiting) socket.destroy();
  };
}

/** A proxy that speaks for itself is the other end of the connection, as the socket says. */
function announce(socket: Socket, source: ProxyHeader["source"]): void {
  if (source !== "local") announceSource(socket, source === "unknown" ? undefined : source.address);
}

const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined =>
  remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;

/**
 * Reads the header off a connection, and nothing after it.
 * @param then is called once, and before anything else happens to the connection: with the header, or with why there is
 *   none; that is empty where the caller went without a word, as a balancer's look whether somebody listens
 */
function awaitHeader(socket: Socket, withinMs: number, then: (header: ProxyHeader | string) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const done = (header: ProxyHeader | string) => {
    clearTimeout(late);
    for (const [name, listener] of Object.entries(listeners)) socket.off(name, listener);
    then(header);
  };
  const late = setTimeout(() => done("the PROXY protocol header did not arrive in time"), withinMs);
  const gone = () => done(bytes.length === 0 ? "" : "the PROXY protocol header ends in the middle");
  const listeners = {
    readable: () => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
        bytes = Buffer.concat([bytes, chunk]);
        let header: ProxyHeader | undefined;
        try {
          header = readProxyHeader(bytes);
        } catch (thrown) {
          done((thrown as Error).message);
          return;
        }
        if (header === undefined) continue;
        if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length));
        done(header);
        return;
      }
    },
    end: gone,
    close: gone,
    error: gone,
  };
  for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
}

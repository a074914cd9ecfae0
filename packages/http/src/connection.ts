import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "node:net";
import { type AddressList, plainAddress } from "./addresses.js";

interface Trust {
  readonly proxies: AddressList;
  readonly certificates: boolean;
}

const trustByServer = new WeakMap<object, Trust>();
const announcedBySocket = new WeakMap<object, { readonly address: string | undefined }>();

/**
 * Says whose word counts on a listener: whose headers about the client are believed. Without it, nobody's.
 * @param certificates whether they speak of their clients' certificates too. A certificate is no secret: a proxy that
 * passes its clients' own X-Client-* on lets anybody be anybody.
 */
export function trustProxies(server: Server, proxies: AddressList, { certificates = false } = {}): void {
  trustByServer.set(server, { proxies, certificates });
}

/**
 * Notes whom a PROXY protocol header named as the other end of a connection.
 * @param socket the one that requests will have: with TLS, the TLS socket
 * @param address undefined where the header said that it does not know
 */
export function announceSource(socket: Socket, address: string | undefined): void {
  announcedBySocket.set(socket, { address: plainAddress(address) });
}

/** The address at the other end of a request's connection, by PROXY protocol where the listener speaks it. */
export function connectedFrom({ socket }: IncomingMessage): string | undefined {
  return announcedBySocket.get(socket)?.address ?? plainAddress(socket.remoteAddress);
}

function trustOf(req: IncomingMessage): Trust | undefined {
  const { server } = req.socket as unknown as { server?: object };
  return server && trustByServer.get(server);
}

/** The proxies that the listener behind a request trusts. */
export const trustedProxiesOf = (req: IncomingMessage): AddressList | undefined => trustOf(req)?.proxies;

/**
 * Whether the request was written by a trusted proxy, so that what it says of its client counts. It is the direct peer
 * that has to be trusted, whatever address a PROXY protocol header names. Where there is such a header, the address in
 * it has to be trusted as well: a balancer that passes bytes on passes on the headers that a client made up.
 */
export function isFromTrustedProxy(req: IncomingMessage): boolean {
  const trusted = trustedProxiesOf(req);
  if (trusted === undefined || !trusted.has(req.socket.remoteAddress)) return false;
  const announced = announcedBySocket.get(req.socket);
  return announced === undefined || trusted.has(announced.address);
}

/** Whether X-Client-* counts in a request: where a trusted proxy wrote it, to a listener that takes those from proxies. */
export const tellsCertificates = (req: IncomingMessage): boolean =>
  trustOf(req)?.certificates === true && isFromTrustedProxy(req);

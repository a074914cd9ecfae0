import type { Socket } from "node:net";

/** Connections by the serial of the certificate that they were opened with, so that a revocation ends them. */
export class ConnectionsBySerial {
  readonly #sockets = new Map<string, Set<Socket>>();

  /** Notes a connection until it closes. */
  add(serial: string, socket: Socket): void {
    if (socket.destroyed) return;
    let sockets = this.#sockets.get(serial);
    if (sockets === undefined) {
      sockets = new Set();
      this.#sockets.set(serial, sockets);
    }
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#sockets.get(serial) === sockets) this.#sockets.delete(serial);
    });
  }

  /**
   * Cuts the connections of these serials, requests under way too. Call it after the set that `isRevoked` asks has them:
   * a request that begins in between is then refused.
   * @returns how many there were
   */
  closeRevoked(serials: Iterable<string>): number {
    let closed = 0;
    for (const serial of serials) {
      for (const socket of this.#sockets.get(serial) ?? []) {
        socket.destroy();
        closed++;
      }
    }
    return closed;
  }

  /** Serials with a connection. */
  get size(): number {
    return this.#sockets.size;
  }
}

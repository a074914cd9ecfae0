import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

const ends = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when the connection of a request ends: nobody waits for its answer any more. All requests of a connection have
 * the same one, for V8 keeps each until a full collection, with all that waits for it (docs/adr/0034); who listens stops
 * to listen.
 */
export function connectionEnd({ socket }: Pick<IncomingMessage, "socket">): AbortSignal {
  const known = ends.get(socket);
  if (known !== undefined) return known;
  const end = new AbortController();
  if (socket.destroyed) end.abort();
  else socket.once("close", () => end.abort());
  ends.set(socket, end.signal);
  return end.signal;
}
